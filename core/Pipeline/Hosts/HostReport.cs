using System.Globalization;

namespace Aigc.Pipeline.Hosts;

/// <summary>One host at one moment.</summary>
/// <param name="Name">Its address, or another name for people.</param>
/// <param name="State">Whether it takes work.</param>
public sealed record HostReport(string Name, HostCondition State)
{
    /// <summary>Why it is not <see cref="HostCondition.Up"/>, for people; null where it is.</summary>
    public string? Why { get; init; }

    /// <summary>Compute waiting and under way, in seconds, as the host has learned what work costs; 0 where it does not answer.</summary>
    public double QueuedSeconds { get; init; }

    /// <summary>Pictures that are being denoised.</summary>
    public int Running { get; init; }

    /// <summary>Pictures that wait for room in a batch.</summary>
    public int Waiting { get; init; }

    /// <summary>Rows of a batch that are free; a guided picture takes two.</summary>
    public int FreeRows { get; init; }

    /// <summary>What its models run on, each as <see cref="DeviceWords"/> has it; none where it does not say.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>A device in a few words.</summary>
    /// <param name="provider">What runs it: <c>cpu</c>, <c>cuda</c>, <c>tensorrt</c> or a plugin's name.</param>
    /// <param name="index">Its place among the provider's devices, from 0.</param>
    /// <param name="threads">Processors it works with, where it is a CPU.</param>
    /// <returns>As in <c>CPU, 2 threads</c> and <c>CUDA 0</c>.</returns>
    public static string DeviceWords(string provider, int index, int threads) => provider switch
    {
        "cpu" => string.Create(CultureInfo.InvariantCulture, $"CPU, {threads} thread{(threads == 1 ? "" : "s")}"),
        "cuda" => string.Create(CultureInfo.InvariantCulture, $"CUDA {index}"),
        "tensorrt" => string.Create(CultureInfo.InvariantCulture, $"TensorRT {index}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{provider} {index}"),
    };
}
