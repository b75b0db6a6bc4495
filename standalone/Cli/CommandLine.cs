using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Aigc.Artifacts;
using Aigc.Inference.Client.Hosts.Sources;
using Aigc.Inference.Scheduling;
using Aigc.Pipeline.Degrading;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;

namespace Aigc.Standalone.Cli;

/// <summary>The arguments of the command, and how they become a job.</summary>
internal sealed class CommandLine
{
    private readonly Argument<string[]> _prompts = new("PROMPT")
    {
        Description = "What the picture shows. Several prompts run as one batch.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<FileInfo> _promptsFile = new("--prompts")
    {
        Description = "A file with one prompt a line, after those given.",
        HelpName = "FILE",
    };

    private readonly Option<int?> _count = Number<int>("--n", "Pictures of each prompt, 1 to 64; their seeds count up. Left out, 1.");
    private readonly Option<long?> _seed = Number<long>("--seed", "Seed of each prompt's first picture. Left out, one is drawn and printed.");
    private readonly Option<int?> _steps = Number<int>("--steps", "Denoising steps. Left out, the model's own number.");
    private readonly Option<string?> _size = CommonOptions.Text("--size", "WxH", "Size before enhancement, in pixels, each side a multiple of 8.");
    private readonly Option<float?> _guidance = Number<float>("--guidance", "Classifier-free guidance scale; 1 or less turns it off.");
    private readonly Option<string?> _negative = CommonOptions.Text("--negative", "TEXT", "What the picture should not show.");
    private readonly Option<string?> _scheduler = CommonOptions.Text("--scheduler", "NAME", $"{string.Join(", ", SchedulerCatalog.Names)}. Left out, the model's own.");
    private readonly Option<bool> _enhance = new("--enhance") { Description = "Super-resolve pictures: the default where the model has an enhancer." };
    private readonly Option<bool> _noEnhance = new("--no-enhance") { Description = "Leave pictures at the size they are generated in." };
    private readonly Option<FileInfo> _image = new("--image")
    {
        Description = "A PNG, JPEG or WebP file that pictures start from. Left out, they start from noise.",
        HelpName = "FILE",
    };

    private readonly Option<float?> _strength =
        Number<float>("--strength", "How much of the image is made anew, above 0 to 1. Left out, 0.8.");

    private readonly Option<OutputFormat?> _format = Choice<OutputFormat>("--format", "The file format. Left out, png.");
    private readonly Option<int?> _quality = Number<int>("--quality", "Quality of jpeg and webp, 1 to 100. Left out, 90.");
    private readonly Option<string?> _out = CommonOptions.Text("--out", "DIR", "Where pictures are written. Left out, pictures.");
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string?> _hosts = CommonOptions.Hosts();
    private readonly Option<string?> _data = CommonOptions.Data();

    private readonly Option<ChainPlan?> _plan = Choice<ChainPlan>("--plan", "How the chain is cut into calls. Left out, the planner chooses.");
    private readonly Option<string?> _degrade = CommonOptions.Text(
        "--degrade", "WORDS", "What may give way where there is no room, first to last: some of enhance,steps,size. Left out, nothing.");

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object on standard output, and nothing else there." };
    private readonly RootCommand _root;

    private CommandLine()
    {
        _root = new RootCommand("Turns a prompt into a picture: understand, generate, enhance. As an HTTP service: serve --help.")
        {
            _prompts, _promptsFile, _count, _seed, _steps, _size, _guidance, _negative, _scheduler, _enhance, _noEnhance, _image, _strength,
            _format, _quality, _out, _model, _hosts, _data, _plan, _degrade, _json,
        };
        _size.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } size && ParseSize(size) is null)
                result.AddError($"size '{size}' is not two numbers: write it as 128x128");
        });
        _degrade.Validators.Add(result =>
        {
            foreach (var word in Words(result.GetValueOrDefault<string>()).Where(word => Concessions.Find(word) is null))
                result.AddError($"degrade '{word}' is unknown; known: {Concessions.Words}");
        });
        _image.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<FileInfo>() is { Exists: false } file)
                result.AddError($"image '{file}' does not exist: name a PNG, JPEG or WebP file");
        });
        _promptsFile.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<FileInfo>() is { Exists: false } file)
                result.AddError($"prompts file '{file}' does not exist: name a text file with one prompt a line");
        });
        _root.Validators.Add(result =>
        {
            if (result.GetResult(_prompts) is not { Tokens.Count: > 0 } && result.GetResult(_promptsFile) is null)
                result.AddError("no prompt is given: say what the picture shows, as in \"a red circle on a blue background\"");
            if (result.GetValue(_enhance) && result.GetValue(_noEnhance))
                result.AddError("--enhance and --no-enhance exclude each other: give one");
        });
        _root.SetAction((parsed, cancellationToken) => RunAsync(parsed, cancellationToken));
    }

    public static CommandLine Create() => new();

    public async Task<int> RunAsync(string[] args)
    {
        var parsed = _root.Parse(args);
        string[] errors = [.. UnknownOptions(parsed).Concat(parsed.Errors.Select(e => e.Message)).Distinct()];
        if (errors.Length > 0)
        {
            foreach (var message in errors)
                await Console.Error.WriteLineAsync($"error: {message}").ConfigureAwait(false);
            return ExitCode.BadArguments;
        }

        return await parsed.InvokeAsync().ConfigureAwait(false);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var json = parsed.GetValue(_json);
        try
        {
            return await new GenerateCommand(TimeProvider.System).RunAsync(Options(parsed, json), cancellationToken).ConfigureAwait(false);
        }
        catch (FaultException e)
        {
            if (json)
                JsonReport.WriteFault(e.Kind, e.Message);
            await Console.Error.WriteLineAsync($"error: {e.Message}").ConfigureAwait(false);
            return ExitCode.Of(e.Kind);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("cancelled").ConfigureAwait(false);
            return ExitCode.Failed;
        }
        catch (Exception e)
        {
            if (json)
                JsonReport.WriteFault(FaultKind.Internal, e.Message);
            var message = $"error: this should not have happened ({e.GetType().Name}: {e.Message}): please report it with the command";
            await Console.Error.WriteLineAsync(message).ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    private GenerateOptions Options(ParseResult parsed, bool json)
    {
        var size = parsed.GetValue(_size) is { } text ? ParseSize(text) : null;
        var prompts = parsed.GetValue(_prompts)!.Concat(ReadPrompts(parsed.GetValue(_promptsFile)));
        var plain = new GenerationRequest { Prompt = "" };
        var requests = prompts.Select(prompt => plain with
        {
            Prompt = prompt,
            NegativePrompt = parsed.GetValue(_negative) ?? plain.NegativePrompt,
            Count = parsed.GetValue(_count) ?? plain.Count,
            Width = size?.Width,
            Height = size?.Height,
            Steps = parsed.GetValue(_steps),
            Guidance = parsed.GetValue(_guidance),
            Seed = parsed.GetValue(_seed),
            Scheduler = parsed.GetValue(_scheduler),
            Enhance = parsed.GetValue(_enhance) ? true : parsed.GetValue(_noEnhance) ? false : null,
            Strength = parsed.GetValue(_strength),
            Format = parsed.GetValue(_format) ?? plain.Format,
            Quality = parsed.GetValue(_quality) ?? plain.Quality,
        });
        var outFolder = Path.GetFullPath(parsed.GetValue(_out) ?? "pictures");
        var labels = new Dictionary<string, string> { [PictureExporter.FolderLabel] = outFolder };
        return new GenerateOptions(
            new GenerationJob([.. requests], parsed.GetValue(_plan), labels)
            {
                Degrade = parsed.GetValue(_degrade) is { } words ? [.. Words(words).Select(Concessions.Find).OfType<Concession>()] : null,
            },
            outFolder,
            parsed.GetValue(_image) is { } image ? ImageFile.Read(image) : null,
            parsed.GetValue(_hosts) is { } hosts ? HostSource.Parse(hosts) : null,
            parsed.GetValue(_model),
            parsed.GetValue(_data) ?? StandardFolders.Data,
            json);
    }

    private static string[] Words(string? text) => text?.Split(',', StringSplitOptions.TrimEntries) ?? [];

    private static Option<T?> Number<T>(string name, string description)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = "NUMBER",
            CustomParser = result => Parsed<T>(
                result, text => T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null, "is not a number that fits"),
        };

    private static Option<T?> Choice<T>(string name, string description)
        where T : struct, Enum
    {
        string[] known = [.. Enum.GetNames<T>().Select(n => n.ToLowerInvariant())];
        return new Option<T?>(name)
        {
            Description = description,
            HelpName = string.Join('|', known),
            CustomParser = result => Parsed<T>(
                result, text => known.Contains(text) ? Enum.Parse<T>(text, ignoreCase: true) : null, $"is unknown; known: {string.Join(", ", known)}"),
        };
    }

    private static T? Parsed<T>(ArgumentResult result, Func<string, T?> parse, string otherwise)
        where T : struct
    {
        var text = result.Tokens[^1].Value;
        if (parse(text) is { } value)
            return value;
        result.AddError($"{(result.Parent as OptionResult)?.IdentifierToken?.Value} '{text}' {otherwise}");
        return null;
    }

    // The prompts would swallow an option that is misspelt, and draw it.
    private static IEnumerable<string> UnknownOptions(ParseResult parsed) => parsed.Tokens
        .TakeWhile(token => token.Type != TokenType.DoubleDash)
        .Where(token => token.Type == TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal))
        .Select(token => $"option '{token.Value}' is unknown: --help lists the options, and a prompt that begins so goes after --");

    private static string[] ReadPrompts(FileInfo? file)
    {
        if (file is null)
            return [];
        try
        {
            return [.. File.ReadLines(file.FullName).Where(line => !string.IsNullOrWhiteSpace(line))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(FaultKind.BadRequest, $"prompts file '{file}' cannot be read: {e.Message}", e);
        }
    }

    private static (int Width, int Height)? ParseSize(string text) =>
        text.Split('x', 'X') is { Length: 2 } sides
        && int.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out var width)
        && int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            ? (width, height)
            : null;
}
