using System.Buffers;
using System.Numerics.Tensors;

namespace Aigc.Inference.Prompts;

/// <summary>
/// Rounds embeddings to what float16 holds, so that they are kept and sent in half the bytes. Every embedding is rounded where it is made,
/// whoever asks for it: the fused chain, which stores none, and the staged one, which stores them, then work with the same numbers.
/// </summary>
/// <remarks>
/// It loses what models exported as float16 never had: 11 of 24 bits of each number stay. A test holds that no channel of the shipped model's
/// pictures moves by more than 4 of its 255 steps. An embedding with a number beyond 65,504 stays as it is, in float32.
/// </remarks>
public static class EmbeddingPrecision
{
    /// <summary>Rounds in place.</summary>
    /// <param name="numbers">The embedding.</param>
    /// <returns>False where a number is beyond float16 or none at all: then nothing has changed.</returns>
    public static bool Round(Span<float> numbers)
    {
        var rented = ArrayPool<Half>.Shared.Rent(numbers.Length);
        try
        {
            var halves = rented.AsSpan(0, numbers.Length);
            if (!TryNarrow(numbers, halves))
                return false;
            TensorPrimitives.ConvertToSingle(halves, numbers);
            return true;
        }
        finally
        {
            ArrayPool<Half>.Shared.Return(rented);
        }
    }

    /// <summary>Rounds to float16.</summary>
    /// <param name="numbers">The embedding.</param>
    /// <param name="halves">As many; what they hold is of no use where the answer is false.</param>
    /// <returns>False where a number is beyond float16 or none at all.</returns>
    public static bool TryNarrow(ReadOnlySpan<float> numbers, Span<Half> halves)
    {
        TensorPrimitives.ConvertToHalf(numbers, halves);
        foreach (var half in halves)
        {
            if (!Half.IsFinite(half))
                return false;
        }

        return true;
    }
}
