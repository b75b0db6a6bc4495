namespace Aigc.Inference.Models;

/// <summary>
/// The guidance scale as the denoiser of a latent consistency model takes it (Luo et al., "Latent Consistency Models", 2023; the numbers
/// are those of diffusers' <c>get_guidance_scale_embedding</c> of guidance - 1).
/// </summary>
public static class GuidanceEmbedding
{
    /// <summary>Writes sin(w f) and then cos(w f) for frequencies f that fall from 1 to 1/10,000, where w = 1000 (guidance - 1).</summary>
    /// <param name="guidance">The guidance scale.</param>
    /// <param name="destination">An odd last number is 0.</param>
    public static void Write(float guidance, Span<float> destination)
    {
        var half = destination.Length / 2;
        var w = (guidance - 1) * 1000.0;
        var fall = Math.Log(10_000) / Math.Max(1, half - 1);
        for (var i = 0; i < half; i++)
            (destination[i], destination[half + i]) = ((float)Math.Sin(w * Math.Exp(-i * fall)), (float)Math.Cos(w * Math.Exp(-i * fall)));
        if (int.IsOddInteger(destination.Length))
            destination[^1] = 0;
    }
}
