using System.CommandLine;
using System.Globalization;
using Aigc.Api.Access;
using Aigc.Artifacts;
using Aigc.Inference.Client.Hosts.Sources;
using Aigc.Standalone.Cli;

namespace Aigc.Standalone.Serve;

/// <summary>The arguments of <c>serve</c>. A command of its own, so that making one picture loads nothing of a server.</summary>
internal sealed class ServeCommandLine
{
    private const string KeysVariable = "AIGC_API_KEYS";

    private readonly Option<int?> _port = Number(
        "--port", 0, ushort.MaxValue, "The port on 127.0.0.1; 0 for a free one. Left out, 7071.");

    private readonly Option<string?> _urls =
        CommonOptions.Text("--urls", "URLS", "Addresses to listen on, parted by commas, in place of --port. Any but loopback needs keys.");

    private readonly Option<string?> _keyFile =
        CommonOptions.Text("--key-file", "FILE", $"Keys, a line each: NAME sha256:HASH. Left out, those of {KeysVariable}.");

    private readonly Option<int?> _rate = Number("--rate", 1, 1_000_000, "Requests a minute of one key. Left out, 600.");
    private readonly Option<int?> _concurrency = Number("--concurrency", 1, 100_000, "Requests of one key at a time. Left out, 32.");
    private readonly Option<string?> _hosts = CommonOptions.Hosts();
    private readonly Option<string?> _model = CommonOptions.Model();
    private readonly Option<string?> _data = CommonOptions.Data();
    private readonly RootCommand _root;

    public ServeCommandLine()
    {
        _root = new RootCommand("Makes pictures over HTTP, until Ctrl+C.")
        {
            _port, _urls, _keyFile, _rate, _concurrency, _hosts, _model, _data,
        };
        _root.Validators.Add(result =>
        {
            if (result.GetResult(_port) is not null && result.GetResult(_urls) is not null)
                result.AddError("--port and --urls exclude each other: give one");
        });
        _root.SetAction((parsed, _) => RunAsync(parsed));
    }

    public async Task<int> RunAsync(string[] args)
    {
        var parsed = _root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var message in parsed.Errors.Select(e => e.Message).Distinct())
                await Console.Error.WriteLineAsync($"error: {message}").ConfigureAwait(false);
            return ExitCode.BadArguments;
        }

        // The server heeds signals itself, in its own order and its own time.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }).ConfigureAwait(false);
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        try
        {
            return await new ServeCommand(TimeProvider.System).RunAsync(Options(parsed)).ConfigureAwait(false);
        }
        catch (FaultException e)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}").ConfigureAwait(false);
            return ExitCode.Of(e.Kind);
        }
        catch (Exception e)
        {
            var message = $"error: this should not have happened ({e.GetType().Name}: {e.Message}): please report it with the command";
            await Console.Error.WriteLineAsync(message).ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    private ServeOptions Options(ParseResult parsed)
    {
        var port = parsed.GetValue(_port) ?? ListenAddresses.DefaultPort;
        var addresses = ListenAddresses.Parse(
            parsed.GetValue(_urls) ?? string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        var keys = parsed.GetValue(_keyFile) is { } file ? KeyFile.Read(file) : KeyFile.Parse(Environment.GetEnvironmentVariable(KeysVariable));
        if (keys.Count == 0 && addresses.FirstOrDefault(address => !ListenAddresses.IsLoopback(address)) is { } open)
        {
            throw new FaultException(
                FaultKind.BadRequest, $"{open} can be reached from elsewhere: give keys with --key-file or {KeysVariable}, or listen on 127.0.0.1");
        }

        var limits = new AccessOptions { Keys = keys };
        return new ServeOptions(
            addresses,
            parsed.GetValue(_hosts) is { } hosts ? HostSource.Parse(hosts) : null,
            parsed.GetValue(_model),
            parsed.GetValue(_data) ?? StandardFolders.Data,
            limits with
            {
                RequestsPerMinute = parsed.GetValue(_rate) ?? limits.RequestsPerMinute,
                Concurrency = parsed.GetValue(_concurrency) ?? limits.Concurrency,
            });
    }

    private static Option<int?> Number(string name, int low, int high, string description) => new(name)
    {
        Description = description,
        HelpName = "NUMBER",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= low && number <= high)
                return number;
            result.AddError($"{name} '{text}' is not a whole number from {low} to {high}");
            return null;
        },
    };
}
