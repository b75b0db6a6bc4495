using Aigc.Artifacts;
using Aigc.Functions.Activities;
using Aigc.Functions.Jobs;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Enhancing;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Aigc.Functions.Enhancing;

/// <summary>Carries out an enhancement that a queue delivered, and tells the orchestration that waits for it what it came to.</summary>
/// <remarks>
/// A call's own fault is an answer too: the orchestration decides whether it is made again. A delivery ends without an answer only where
/// its worker is lost, or the hub cannot be reached; then the queue delivers the message again.
/// </remarks>
public sealed partial class EnhanceWorker(
    EnhanceActivity enhance, ILogger<EnhanceWorker> logger, EnhanceQueueClient? queue = null)
{
    /// <summary>
    /// How often a message is taken. One over which so many workers were lost is likely what ends them, and its orchestration is told. The
    /// host's own limit, <c>maxDequeueCount</c>, is higher: it would put the message aside and tell nobody.
    /// </summary>
    public const int MaxDeliveries = 5;

    private const string Setting = "Aigc:EnhanceQueue";

    private static readonly FaultMessage _ended = new(FaultKind.Cancelled, "the job has ended", null);

    // Below 0: another try has no chance.
    private static readonly FaultMessage _lost = new(
        FaultKind.Internal, $"the enhancement was taken {MaxDeliveries} times and none that took it lived to answer", RetryAfterMs: -1);

    /// <summary>Carries one delivery out. That it returns means that the message is done with.</summary>
    /// <param name="text">The message.</param>
    /// <param name="delivery">The how-manieth delivery of it this is, from 1.</param>
    /// <param name="client">The hub whose orchestrations wait.</param>
    /// <param name="cancellationToken">The worker ends: the message is for another.</param>
    public async Task WorkAsync(string text, long delivery, DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (Read(text) is not { } work)
        {
            await SetAsideAsync(text, cancellationToken).ConfigureAwait(false);
            return;
        }

        var job = IsRunningAsync(client, work.JobId, cancellationToken);
        var waiting = IsRunningAsync(client, work.ReplyTo!, cancellationToken);
        await Task.WhenAll(job, waiting).ConfigureAwait(false);
        if (!await waiting.ConfigureAwait(false))
        {
            LogUnwanted(work.JobId);
            return;
        }

        if (delivery > MaxDeliveries)
        {
            LogLost(work.JobId, MaxDeliveries);
            await AnswerAsync(client, work, new EnhanceAnswer(null, _lost), cancellationToken).ConfigureAwait(false);
            await SetAsideAsync(text, cancellationToken).ConfigureAwait(false);
            return;
        }

        var answer = await job.ConfigureAwait(false)
            ? await EnhanceAsync(work, cancellationToken).ConfigureAwait(false)
            : new EnhanceAnswer(null, _ended);
        await AnswerAsync(client, work, answer, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> IsRunningAsync(DurableTaskClient client, string id, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(id, getInputsAndOutputs: false, cancellationToken).ConfigureAwait(false) is { IsCompleted: false };

    private EnhanceWork? Read(string text)
    {
        try
        {
            var work = EnhanceWork.Parse(text);
            if (work is { Manifest: not null, ReplyTo.Length: > 0 })
                return work;
            LogRefused("it does not say what its pictures are, or who waits for them");
        }
        catch (FaultException e)
        {
            LogRefused(e.Message);
        }

        return null;
    }

    private async Task<EnhanceAnswer> EnhanceAsync(EnhanceWork work, CancellationToken cancellationToken)
    {
        var message = new StageMessage(work.JobId, work.Manifest!, work.Pictures)
        {
            Bases = work.Bases,
            Given = work.Given,
            GivesWay = work.GivesWay,
            TraceParent = work.TraceParent,
        };
        try
        {
            return new EnhanceAnswer(await enhance.RunAsync(message, cancellationToken).ConfigureAwait(false), null);
        }
        catch (StageFaultException e) when (!cancellationToken.IsCancellationRequested)
        {
            return new EnhanceAnswer(null, e.Fault);
        }
    }

    // Where the hub does not take it, or has purged who waits since that was looked at, the message comes again and is looked at again.
    private static Task AnswerAsync(DurableTaskClient client, EnhanceWork work, EnhanceAnswer answer, CancellationToken cancellationToken) =>
        client.RaiseEventAsync(work.ReplyTo!, JobNames.EnhancedEvent, answer with { Try = work.Try }, cancellationToken);

    private Task SetAsideAsync(string text, CancellationToken cancellationToken) =>
        queue?.SetAsideAsync(text, cancellationToken)
        ?? throw new FaultException(FaultKind.Internal, $"there is no queue to set a message aside in: set {Setting}");

    [LoggerMessage(1, LogLevel.Error, "A message in the queue of enhancements is set aside: {Why}")]
    private partial void LogRefused(string why);

    [LoggerMessage(2, LogLevel.Error, "An enhancement of job {JobId} is set aside: {Deliveries} workers were lost over it")]
    private partial void LogLost(string jobId, int deliveries);

    [LoggerMessage(3, LogLevel.Information, "Nobody waits for an enhancement of job {JobId}: it is dropped")]
    private partial void LogUnwanted(string jobId);
}
