using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Aigc.Inference.Faults;

namespace Aigc.Inference.Batching;

/// <summary>A picture's denoising after some steps: what another host needs to go on as if it had been there from the start.</summary>
/// <remarks>
/// Its bytes: the eight of "AIGCCKP1", then little-endian int32 step, latent length and history length, then the latent and the history in
/// little-endian float32. Noise is not among them: it follows from the seed and the step.
/// </remarks>
/// <param name="Step">Steps done.</param>
/// <param name="Latent">The latent.</param>
/// <param name="History">The scheduler's history.</param>
public sealed record DenoiseCheckpoint(int Step, ReadOnlyMemory<float> Latent, ReadOnlyMemory<float> History)
{
    private const int HeaderLength = 20;

    private static ReadOnlySpan<byte> Magic => "AIGCCKP1"u8;

    /// <summary>The bytes that <see cref="Parse"/> reads back.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderLength + (Latent.Length + History.Length) * sizeof(float)];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Step);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), Latent.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), History.Length);
        MemoryMarshal.AsBytes(Latent.Span).CopyTo(bytes.AsSpan(HeaderLength));
        MemoryMarshal.AsBytes(History.Span).CopyTo(bytes.AsSpan(HeaderLength + Latent.Length * sizeof(float)));
        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadRequest"/>: the bytes are no checkpoint.</exception>
    public static DenoiseCheckpoint Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength || !bytes.StartsWith(Magic))
            throw NoCheckpoint();
        var step = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        var latent = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        var history = BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]);
        if (step < 0 || latent < 0 || history < 0 || bytes.Length != HeaderLength + ((long)latent + history) * sizeof(float))
            throw NoCheckpoint();
        var numbers = MemoryMarshal.Cast<byte, float>(bytes[HeaderLength..]);
        return new DenoiseCheckpoint(step, numbers[..latent].ToArray(), numbers[latent..].ToArray());
    }

    private static InferenceException NoCheckpoint() =>
        new(InferenceFault.BadRequest, "the checkpoint is not one of this release: leave it out, and the picture is made from the start");
}
