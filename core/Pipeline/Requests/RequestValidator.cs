using System.Globalization;
using Aigc.Artifacts;
using Aigc.Pipeline.Degrading;

namespace Aigc.Pipeline.Requests;

/// <summary>Holds requests against what the loaded model can do.</summary>
public static class RequestValidator
{
    /// <summary>The most pictures of one request.</summary>
    public const int MaxCount = 64;

    /// <summary>The most pictures of one job, over all its requests.</summary>
    public const int MaxPictures = 4096;

    /// <summary>The highest seed: those of a request's other pictures follow it.</summary>
    public const long MaxSeed = long.MaxValue - MaxCount;

    /// <summary>The longest prompt and negative prompt, in UTF-16 units.</summary>
    public const int MaxPromptLength = 16 * 1024;

    /// <summary>The highest guidance scale.</summary>
    public const float MaxGuidance = 30;

    /// <summary>The most denoising steps between two previews.</summary>
    public const int MaxPreviewEvery = 1000;

    /// <summary>Finds every fault of every request.</summary>
    /// <param name="requests">The requests of one job.</param>
    /// <param name="capabilities">What the loaded model can do.</param>
    /// <returns>A sentence for each fault; empty where the requests can be carried out.</returns>
    public static IReadOnlyList<string> Faults(IReadOnlyList<GenerationRequest> requests, EngineCapabilities capabilities)
    {
        if (requests.Count == 0)
            return ["no prompt is given: name at least one"];
        var faults = new List<string>();
        for (var i = 0; i < requests.Count; i++)
        {
            var which = requests.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"request {i + 1}: ");
            faults.AddRange(Faults(requests[i], capabilities).Select(fault => which + fault).Where(fault => !faults.Contains(fault)));
        }

        var pictures = requests.Sum(r => (long)Math.Max(0, r.Count));
        if (pictures > MaxPictures)
            faults.Add($"{pictures} pictures are more than a job's {MaxPictures}: send several jobs");
        return faults;
    }

    /// <summary>Throws where a job or one of its requests has faults.</summary>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/> with every fault in its message.</exception>
    public static void ThrowIfFaulty(GenerationJob job, EngineCapabilities capabilities)
    {
        string[] faults = [.. Faults(job.Requests, capabilities), .. PreviewFaults(job), .. DegradeFaults(job.Degrade, capabilities)];
        if (faults.Length > 0)
            throw new FaultException(FaultKind.BadRequest, string.Join("; ", faults));
    }

    /// <summary>The faults of a job's previews, which no model has a say in.</summary>
    public static IReadOnlyList<string> PreviewFaults(GenerationJob job) =>
        OutOfRange("previews", job.PreviewEverySteps, 0, MaxPreviewEvery) is { } fault ? [fault] : [];

    /// <summary>The faults of what may give way.</summary>
    /// <param name="degrade">First to last; null for nothing.</param>
    /// <param name="capabilities">What the loaded model can do; null where that is not known yet.</param>
    public static IReadOnlyList<string> DegradeFaults(IReadOnlyList<Concession>? degrade, EngineCapabilities? capabilities)
    {
        var faults = new List<string>();
        foreach (var unknown in (degrade ?? []).Where(concession => !Enum.IsDefined(concession)))
            faults.Add($"degrade {(int)unknown} is unknown; known: {Concessions.Words}");
        foreach (var twice in (degrade ?? []).GroupBy(concession => concession).Where(same => same.Count() > 1))
            faults.Add($"degrade names {Concessions.WordOf(twice.Key)} more than once: name each once");
        if (capabilities is not null && degrade?.Contains(Concession.Model) == true)
            faults.Add($"degrade names model, and '{capabilities.ModelName}' is the only one here: leave model out");
        return faults;
    }

    private static IEnumerable<string> Faults(GenerationRequest request, EngineCapabilities capabilities)
    {
        if (string.IsNullOrWhiteSpace(request.Prompt))
            yield return "the prompt is empty: say what the picture shows";
        if (request.Prompt.Length > MaxPromptLength)
            yield return Above("prompt length", request.Prompt.Length, MaxPromptLength);
        if (request.NegativePrompt.Length > MaxPromptLength)
            yield return Above("negative prompt length", request.NegativePrompt.Length, MaxPromptLength);
        if (OutOfRange("n", request.Count, 1, MaxCount) is { } count)
            yield return count;
        foreach (var (name, size) in new[] { ("width", request.Width), ("height", request.Height) })
        {
            if (size is not { } pixels)
                continue;
            if (OutOfRange(name, pixels, capabilities.MinSize, capabilities.MaxSize) is { } range)
                yield return range;
            if (pixels % capabilities.SizeMultiple != 0)
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{name} {pixels} is not a multiple of {capabilities.SizeMultiple}: the nearest is {Nearest(pixels, capabilities)}");
        }

        if (request.Steps is { } steps && OutOfRange("steps", steps, 1, capabilities.MaxSteps) is { } stepsFault)
            yield return stepsFault;
        if (request.Guidance is { } guidance && !(guidance >= 0 && guidance <= MaxGuidance))
            yield return string.Create(CultureInfo.InvariantCulture, $"guidance {guidance} is not between 0 and {MaxGuidance}");
        if (request.Seed is { } seed && (seed < 0 || seed > MaxSeed))
            yield return string.Create(CultureInfo.InvariantCulture, $"seed {seed} is not between 0 and {MaxSeed}");
        if (request.Scheduler is { } scheduler && !capabilities.Schedulers.Contains(scheduler))
            yield return $"scheduler '{scheduler}' is unknown; known: {string.Join(", ", capabilities.Schedulers)}";
        if (request.Enhance == true && capabilities.EnhanceFactor == 0)
            yield return $"model '{capabilities.ModelName}' has no enhancer: leave enhance off";
        foreach (var fault in ImageFaults(request, capabilities))
            yield return fault;
        if (!Enum.IsDefined(request.Format))
            yield return $"format {(int)request.Format} is unknown; known: png, jpeg, webp";
        if (OutOfRange("quality", request.Quality, 1, 100) is { } quality)
            yield return quality;
    }

    private static IEnumerable<string> ImageFaults(GenerationRequest request, EngineCapabilities capabilities)
    {
        if (request.Image is { } image)
        {
            if (!capabilities.ImageToImage)
                yield return $"model '{capabilities.ModelName}' takes no input pictures: leave the image out";
            if (!InputPicture.MediaTypes.Contains(image.MediaType))
                yield return $"the image is of type {image.MediaType}; known: {string.Join(", ", InputPicture.MediaTypes)}";
            if (image.Length > InputPicture.MaxBytes)
                yield return string.Create(CultureInfo.InvariantCulture, $"image length {image.Length} is above {InputPicture.MaxBytes} bytes");
        }

        if (request.Strength is { } strength)
        {
            if (!(strength > 0 && strength <= 1))
                yield return string.Create(CultureInfo.InvariantCulture, $"strength {strength} is not above 0 and at most 1");
            if (request.Image is null)
                yield return "strength is given without an image: name one, or leave strength out";
        }
    }

    private static string? OutOfRange(string name, int value, int low, int high) =>
        value < low ? string.Create(CultureInfo.InvariantCulture, $"{name} {value} is below {low}") : value > high ? Above(name, value, high) : null;

    private static string Above(string name, int value, int high) =>
        string.Create(CultureInfo.InvariantCulture, $"{name} {value} is above {high}");

    private static int Nearest(int pixels, EngineCapabilities capabilities)
    {
        var multiple = capabilities.SizeMultiple;
        var nearest = (int)Math.Round(pixels / (double)multiple, MidpointRounding.AwayFromZero) * multiple;
        return Math.Clamp(nearest, capabilities.MinSize, capabilities.MaxSize);
    }
}
