using System.ComponentModel.DataAnnotations;

namespace Aigc.GpuHost.Configuration;

/// <summary>Where the host listens.</summary>
public sealed record ListenOptions
{
    /// <summary>The address: an IP address, or <c>localhost</c>.</summary>
    /// <value>The default is 127.0.0.1. A container listens on 0.0.0.0, behind an ingress that ends TLS.</value>
    [Required]
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The port of gRPC: HTTP/2 without TLS.</summary>
    /// <value>The default is 5001; 0 takes any that is free.</value>
    [Range(0, 65535)]
    public int GrpcPort { get; init; } = 5001;

    /// <summary>The port of <c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>: HTTP/1.</summary>
    /// <value>The default is null: 1000 above <see cref="GrpcPort"/>, or any that is free where that is.</value>
    [Range(0, 65535)]
    public int? ProbePort { get; init; }

    /// <summary>The largest message a caller may send, in bytes.</summary>
    /// <value>The default is 1 MiB: requests carry references, never pictures.</value>
    [Range(1024, 64 << 20)]
    public int MaxMessageBytes { get; init; } = 1 << 20;
}
