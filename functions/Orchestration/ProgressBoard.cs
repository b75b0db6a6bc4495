using Aigc.Functions.Messages;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Orchestration;

/// <summary>Adds up what a job's denoising calls say of themselves, in whatever order and however often it comes. Pure.</summary>
internal sealed class ProgressBoard
{
    private readonly Dictionary<int, (int Done, int Steps)> _calls = [];
    private readonly LatestPreviews _previews = new();
    private int _found;

    /// <summary>Denoising steps done; those of found pictures count as done.</summary>
    public int StepsDone => _found + _calls.Values.Sum(call => call.Done);

    /// <summary>What can be shown of the pictures that are still being made.</summary>
    public IReadOnlyList<PreviewPicture> Previews => _previews.Shown;

    /// <summary>A call begins, or its pictures begin again with fewer steps. What is heard of others is not believed.</summary>
    public void Begin(IReadOnlyList<PictureSpec> pictures)
    {
        var (call, steps) = (pictures[0].Index, pictures.Sum(p => p.Steps));
        _calls[call] = (Math.Min(_calls.GetValueOrDefault(call).Done, steps), steps);
    }

    /// <summary>A call says how far it is.</summary>
    /// <returns>Whether that was news.</returns>
    public bool Hear(ProgressMessage? message)
    {
        if (message is null || !_calls.TryGetValue(message.Call, out var call))
            return false;
        // A call that is made again begins again: a job never goes back.
        var done = Math.Clamp(message.StepsDone, call.Done, call.Steps);
        _calls[message.Call] = call with { Done = done };
        return _previews.Add(message.Previews ?? []) || done > call.Done;
    }

    /// <summary>A call has done all its steps.</summary>
    public void Made(IReadOnlyList<PictureSpec> pictures)
    {
        var call = _calls[pictures[0].Index];
        _calls[pictures[0].Index] = call with { Done = call.Steps };
    }

    /// <summary>Pictures were there already.</summary>
    public void Found(IEnumerable<PictureSpec> pictures) => _found += pictures.Sum(p => p.Steps);

    /// <summary>Pictures are there to look at, or will not be made.</summary>
    public void EndPreviews(IEnumerable<int> indexes) => _previews.End(indexes);
}
