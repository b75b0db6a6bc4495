using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Engine;

/// <summary>The latest preview of each picture of a job that is still being made. Pure, and not safe for many threads.</summary>
public sealed class LatestPreviews
{
    /// <summary>The most that a status shows.</summary>
    public const int MaxShown = 20;

    private readonly SortedDictionary<int, PreviewPicture> _latest = [];
    private readonly HashSet<int> _over = [];

    /// <summary>The previews that a status shows, in order of <see cref="PreviewPicture.Index"/>: the first 20.</summary>
    public IReadOnlyList<PreviewPicture> Shown => [.. _latest.Values.Take(MaxShown)];

    /// <summary>Adds previews, in whatever order and however often they come.</summary>
    /// <returns>Whether one was news: later than the one there, and of a picture that is still being made.</returns>
    public bool Add(IReadOnlyList<PreviewPicture> previews)
    {
        var news = false;
        foreach (var preview in previews)
        {
            // A call that is made again may begin at an earlier step than it had come to.
            if (_over.Contains(preview.Index) || (_latest.TryGetValue(preview.Index, out var there) && there.Step >= preview.Step))
                continue;
            _latest[preview.Index] = preview;
            news = true;
        }

        return news;
    }

    /// <summary>Drops the previews of pictures that are made, or will not be. One that comes later is not added.</summary>
    public void End(IEnumerable<int> indexes)
    {
        foreach (var index in indexes)
        {
            _over.Add(index);
            _latest.Remove(index);
        }
    }
}
