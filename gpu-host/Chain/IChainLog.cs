using Aigc.Inference.Chain.Ledger;

namespace Aigc.Inference.Chain;

/// <summary>
/// Told what the chain does, whoever asked for it: for whoever counts. Models are named as the catalog names them, never as a request does.
/// Members are called from any thread, and must not block or throw.
/// </summary>
public interface IChainLog
{
    /// <summary>Pictures of one call came to an end.</summary>
    /// <param name="model">The model.</param>
    /// <param name="outcome">How.</param>
    /// <param name="pictures">How many.</param>
    void Ended(string model, PictureOutcome outcome, int pictures);

    /// <summary>A picture that was begun, or a call for embeddings or latents, spent time on a stage.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="seconds">All of it, however many stretches it came in.</param>
    void Spent(string model, ChainStage stage, double seconds);

    /// <summary>A checkpoint was stored.</summary>
    /// <param name="model">The model.</param>
    void Checkpointed(string model);
}
