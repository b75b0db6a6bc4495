using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Messages;

/// <summary>A part of a result that is too long for a message.</summary>
/// <param name="InstanceId">The job's id.</param>
/// <param name="Part">Its number, from 0.</param>
/// <param name="Pictures">Pictures.</param>
/// <param name="Failures">Pictures not made.</param>
public sealed record ResultPart(string InstanceId, int Part, IReadOnlyList<PictureResult> Pictures, IReadOnlyList<PictureFailure> Failures);
