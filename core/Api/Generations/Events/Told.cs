using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;
using Microsoft.AspNetCore.Http;

namespace Aigc.Api.Generations.Events;

/// <summary>
/// What a caller has been told of a job, and so what is news to it. Its text is the id of an event: whoever is given it back, this process
/// or another, goes on from there and holds nothing meanwhile. Pure, and not safe for many threads.
/// </summary>
internal sealed class Told
{
    private const string Version = "1";
    private const string End = $"{Version}.done";

    private static readonly SearchValues<char> _progressCharacters = SearchValues.Create("0123456789-");

    private readonly Dictionary<int, int> _previews = [];
    private IndexSet _pictures = new();
    private IndexSet _bases = new();
    private string _progress = "";

    /// <summary>Whether that includes the end.</summary>
    public bool Done { get; private set; }

    /// <summary>Reads an event's id. One that cannot be read, as of another release, tells of nothing: all is news.</summary>
    public static Told Parse(string? id)
    {
        if (id == End)
            return new Told { Done = true };
        var told = new Told();
        if (id?.Split('.') is not [Version, { Length: < 80 } progress, var pictures, var bases, var previews]
            || progress.AsSpan().ContainsAnyExcept(_progressCharacters)
            || IndexSet.Parse(pictures) is not { } first
            || IndexSet.Parse(bases) is not { } second
            || !told.ReadPreviews(previews))
            return new Told();
        (told._progress, told._pictures, told._bases) = (progress, first, second);
        return told;
    }

    /// <summary>Whether a status has news that must not wait: more than steps.</summary>
    public bool IsUrgent(JobStatus status) =>
        status.Ended
        || status.Pictures.Any(picture => !_pictures.Has(picture.Index))
        || status.Bases.Any(picture => !_bases.Has(picture.Index))
        || status.Previews.Any(preview => _previews.GetValueOrDefault(preview.Index) < preview.Step);

    /// <summary>What is news in a status; from then on it is told.</summary>
    public IEnumerable<JobEvent> Tell(JobStatus status, PathString pathBase)
    {
        if (!status.Ended && Progress(status) is var progress && progress != _progress)
        {
            _progress = progress;
            yield return Event("status", Summary(status, pathBase));
        }

        foreach (var over in _previews.Keys.Where(index => !status.Previews.Any(preview => preview.Index == index)).ToArray())
            _previews.Remove(over);
        foreach (var preview in status.Previews.Where(preview => _previews.GetValueOrDefault(preview.Index) < preview.Step))
        {
            _previews[preview.Index] = preview.Step;
            yield return Event("preview", JobJson.Of(preview, pathBase));
        }

        foreach (var picture in status.Bases.Where(picture => _bases.Add(picture.Index)))
            yield return Event("base", JobJson.Of(picture, pathBase));
        foreach (var picture in status.Pictures.Where(picture => _pictures.Add(picture.Index)))
            yield return Event("picture", JobJson.Of(picture, pathBase));
        if (!status.Ended)
            yield break;
        Done = true;
        yield return Event("done", JobJson.Node(status, pathBase));
    }

    public override string ToString() => Done
        ? End
        : $"{Version}.{_progress}.{_pictures}.{_bases}.{string.Join('_', _previews.OrderBy(pair => pair.Key).Select(Text))}";

    private static string Text(KeyValuePair<int, int> preview) =>
        string.Create(CultureInfo.InvariantCulture, $"{preview.Key}-{preview.Value}");

    private static string Progress(JobStatus status) => string.Create(
        CultureInfo.InvariantCulture,
        $"{status.Progress.Steps}-{status.Progress.StepsDone}-{status.Progress.PicturesDone}-{(status.Plan is null ? 0 : 1)}-{status.Warnings.Count}");

    /// <summary>A status without what other events tell, and without what was asked for.</summary>
    private static JsonObject Summary(JobStatus status, PathString pathBase)
    {
        var whole = JobJson.Node(status with { Pictures = [], Bases = [], Previews = [] }, pathBase);
        foreach (var name in (string[])["job", "pictures", "bases", "previews", "failures"])
            whole.Remove(name);
        return whole;
    }

    private JobEvent Event(string name, JsonObject data) => new(name, ToString(), data.ToJsonString());

    private bool ReadPreviews(string text)
    {
        if (text.Length == 0)
            return true;
        var parts = text.Split('_', LatestPreviews.MaxShown + 1);
        if (parts.Length > LatestPreviews.MaxShown)
            return false;
        foreach (var part in parts)
        {
            if (part.Split('-') is not [var index, var step] || Number(index) is not < RequestValidator.MaxPictures || Number(step) is null)
                return false;
            _previews[Number(index)!.Value] = Number(step)!.Value;
        }

        return true;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
