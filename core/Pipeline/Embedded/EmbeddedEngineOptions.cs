namespace Aigc.Pipeline.Embedded;

/// <summary>Settings of <see cref="EmbeddedEngine"/>.</summary>
public sealed record EmbeddedEngineOptions
{
    /// <summary>The folder of the job journal and of the leases on running jobs; created where missing.</summary>
    public required string Folder { get; init; }

    /// <summary>Draws the seed of a request that names none; at least 0.</summary>
    /// <value>The default draws 32 random bits, as most tools do, so that the seed can be typed again.</value>
    public Func<long> DrawSeed { get; init; } = static () =>
    {
        Span<byte> bytes = stackalloc byte[4];
        System.Security.Cryptography.RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt32(bytes);
    };

    /// <summary>Called after each write to the journal, before any other: there a test sees what a process that dies leaves behind.</summary>
    internal Action? Journaled { get; init; }
}
