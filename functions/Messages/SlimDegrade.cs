using Aigc.Pipeline.Degrading;

namespace Aigc.Functions.Messages;

/// <summary>What an orchestrator has to know of a job that may give way.</summary>
/// <param name="Order">What may, first to last.</param>
/// <param name="SizeMultiple">What sizes of the model are multiples of, in pixels.</param>
/// <param name="MinSize">Its smallest width and height, in pixels.</param>
public sealed record SlimDegrade(IReadOnlyList<Concession> Order, int SizeMultiple, int MinSize);
