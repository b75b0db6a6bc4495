using Aigc.Artifacts;
using Aigc.Inference.Faults;

namespace Aigc.Inference.Chain;

/// <summary>Counts how the pictures of one call end, each once.</summary>
/// <param name="log">Told of them.</param>
/// <param name="model">The model.</param>
/// <param name="pictures">How many there are.</param>
internal sealed class PictureTally(IChainLog? log, string model, int pictures)
{
    private int _left = pictures;

    public void Landed(bool found, bool joined)
    {
        _left--;
        log?.Ended(model, found ? PictureOutcome.Found : joined ? PictureOutcome.Joined : PictureOutcome.Made, 1);
    }

    /// <summary>Whatever has not landed never will.</summary>
    public void Lost(Exception fault)
    {
        if (_left > 0)
            log?.Ended(model, OutcomeOf(fault), _left);
        _left = 0;
    }

    private static PictureOutcome OutcomeOf(Exception fault) => fault switch
    {
        OperationCanceledException => PictureOutcome.Cancelled,
        InferenceException { Kind: InferenceFault.Overloaded or InferenceFault.BadRequest or InferenceFault.NotFound } => PictureOutcome.Refused,
        FaultException { Kind: FaultKind.Overloaded or FaultKind.BadRequest or FaultKind.NotFound } => PictureOutcome.Refused,
        _ => PictureOutcome.Failed,
    };
}
