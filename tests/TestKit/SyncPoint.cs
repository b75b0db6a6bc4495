namespace Aigc.TestKit;

/// <summary>
/// Holds code under test at a known place until the test lets it go on, in place of sleeping and hoping. The idea is
/// grpc-dotnet's.
/// </summary>
public sealed class SyncPoint
{
    // Long past any real wait: a test that is wrong fails here and does not hang.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>For the test: completes once the code under test has come to <see cref="WaitToContinue"/>.</summary>
    public Task WaitForSyncPoint() => _reached.Task.WaitAsync(Limit);

    /// <summary>For the test: lets the code under test go on, now or as soon as it comes here.</summary>
    public void Continue() => _released.TrySetResult();

    /// <summary>For the code under test: says that it is here, and waits for <see cref="Continue"/>.</summary>
    public Task WaitToContinue(CancellationToken cancellationToken = default)
    {
        _reached.TrySetResult();
        return _released.Task.WaitAsync(Limit, cancellationToken);
    }
}
