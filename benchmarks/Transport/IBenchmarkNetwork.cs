namespace Aigc.Benchmarks.Transport;

/// <summary>What lies between the caller and the services.</summary>
internal interface IBenchmarkNetwork
{
    string Name { get; }

    /// <summary>Where services listen.</summary>
    string ServerAddress { get; }

    /// <summary>The command that puts a process behind it; empty for none.</summary>
    IReadOnlyList<string> Within { get; }

    /// <summary>Bytes that have gone over it so far, both ways, with the headers of every layer.</summary>
    long Bytes { get; }
}
