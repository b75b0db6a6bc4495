using System.Collections.Concurrent;
using Aigc.Inference.Chain.Ledger;

namespace Aigc.Inference.Chain.Tests;

/// <summary>A log that notes the stages whose time it is told.</summary>
internal sealed class NotingLog : IChainLog
{
    public ConcurrentQueue<ChainStage> Stages { get; } = [];

    public void Ended(string model, PictureOutcome outcome, int pictures)
    {
    }

    public void Spent(string model, ChainStage stage, double seconds) => Stages.Enqueue(stage);

    public void Checkpointed(string model)
    {
    }
}
