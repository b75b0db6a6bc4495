using System.ComponentModel.DataAnnotations;
using Aigc.Inference.Admission;
using Aigc.Inference.Batching;
using Aigc.Inference.Models;

namespace Aigc.Inference.Stages;

/// <summary>Settings of <see cref="DiffusionEngine"/>.</summary>
public sealed record EngineOptions
{
    /// <summary>How denoising steps are shared.</summary>
    public BatchingOptions Batching { get; init; } = new();

    /// <summary>How much work may wait.</summary>
    public AdmissionOptions Admission { get; init; } = new();

    /// <summary>How many models stay in memory.</summary>
    public ModelPoolOptions Models { get; init; } = new();

    /// <summary>
    /// How many pictures are embedded, prepared, decoded or enhanced at once, beside the denoising. As many input pictures at most are in
    /// memory as they were sent, beside those: 4 bytes for each of their pixels, and as much again while one that lies on its side is
    /// turned.
    /// </summary>
    /// <value>The default is 1: on one device more only take turns.</value>
    [Range(1, 64)]
    public int Lanes { get; init; } = 1;
}
