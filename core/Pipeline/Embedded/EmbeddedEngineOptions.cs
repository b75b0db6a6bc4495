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

    /// <summary>How many enhancements of plan Split are carried out at once, over all jobs; others wait in a queue, oldest first.</summary>
    /// <value>The default is 16, as many as a gpu-host's batch has rows. At least 1.</value>
    public int EnhanceAtOnce { get; init; } = 16;

    /// <summary>How many wait in that queue at most; the jobs of more wait for room in it.</summary>
    /// <value>The default is 256. At least 1.</value>
    public int EnhanceQueueLength { get; init; } = 256;

    /// <summary>Called after each write to the journal, before any other: there a test sees what a process that dies leaves behind.</summary>
    internal Action? Journaled { get; init; }
}
