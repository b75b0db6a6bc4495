namespace Aigc.Benchmarks.Transport;

/// <summary>A way to carry the chain out.</summary>
internal interface ITransport : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Takes one new picture through understand, generate and enhance.</summary>
    /// <param name="seed">A new one makes a new prompt and picture.</param>
    /// <param name="size">Width and height of the finished picture, in pixels.</param>
    Task<TransportCall> MakeAsync(long seed, int size);
}
