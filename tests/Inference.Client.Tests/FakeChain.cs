using Aigc.Contracts.Inference.V1;
using Grpc.Core;

namespace Aigc.Inference.Client.Tests;

/// <summary>A Run or Generate that a fake host has got, for a script to answer as it likes.</summary>
internal sealed class FakeChain(
    FakeHost host, IReadOnlyList<PictureRequest> pictures, Func<PictureRequest, string> nameOf, Func<ChainEvent, Task> write, ServerCallContext context)
{
    public FakeHost Host => host;

    public ServerCallContext Context => context;

    public CancellationToken Aborted => context.CancellationToken;

    public Task AcceptAsync(string jobId = "job") => write(new ChainEvent { Accepted = new Accepted { JobId = jobId } });

    public Task ProgressAsync(int done, int? steps = null) =>
        write(new ChainEvent { Progress = new Progress { StepsDone = done, Steps = steps ?? pictures.Sum(p => p.Steps) } });

    public Task CheckpointAsync(int picture, int step) => write(new ChainEvent
    {
        Checkpoint = new Checkpoint { Picture = picture, Step = step, Artifact = FakeHost.Reference($"checkpoints/{picture}-{step}.ckpt", "application/x-ckpt") },
    });

    public Task PreviewAsync(int picture, int step, string name) =>
        write(new ChainEvent
        {
            Preview = new Preview { Picture = picture, Step = step, Artifact = FakeHost.Reference(name, "image/webp") },
        });

    public Task PictureAsync(int picture) => PictureAsync(picture, nameOf(pictures[picture]));

    public Task PictureAsync(int picture, string name) => PictureAsync(picture, pictures[picture], FakeHost.Reference(name));

    public Task RawPictureAsync(int picture, string artifact) => PictureAsync(picture, pictures[0], artifact);

    public Task LedgerAsync(Ledger? ledger = null) => write(new ChainEvent { Ledger = ledger ?? new Ledger { TotalMs = 1 } });

    public async Task AnswerAsync()
    {
        await AcceptAsync();
        for (var i = 0; i < pictures.Count; i++)
            await PictureAsync(i);
        await LedgerAsync();
    }

    /// <summary>Breaks every connection, once the caller has what was written.</summary>
    public async Task DieAsync()
    {
        host.Abort();
        await Task.Delay(Timeout.Infinite, Aborted).ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    /// <summary>Breaks this stream alone.</summary>
    public async Task CutAsync()
    {
        context.GetHttpContext().Abort();
        await Task.Delay(Timeout.Infinite, Aborted).ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    private Task PictureAsync(int picture, PictureRequest request, string artifact) => write(new ChainEvent
    {
        Picture = new FinishedPicture { Picture = picture, Artifact = artifact, Seed = request.Seed, Width = request.Width, Height = request.Height },
    });
}
