using System.Diagnostics;
using Aigc.Artifacts;
using Aigc.Pipeline.Ledger;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Benchmarks.Transport;

/// <summary>The product's own stages, wherever they are carried out: references in the messages, bytes in the store.</summary>
/// <param name="name">Its name in the table.</param>
/// <param name="stages">Carries calls out; disposed with this.</param>
/// <param name="plan">Fused, or staged.</param>
/// <param name="store">Where the pictures are.</param>
internal sealed class StagesTransport(string name, IStageExecutor stages, ChainPlan plan, IArtifactStore store) : ITransport
{
    private static readonly IProgress<StageProgress> _nobody = new Unheard();

    private bool _checked;

    public string Name => name;

    public async Task<TransportCall> MakeAsync(long seed, int size)
    {
        var model = await stages.DescribeAsync(CancellationToken.None).ConfigureAwait(false);
        var spec = new PictureSpec(
            0,
            Samples.Prompt(seed),
            "",
            Samples.Base(size),
            Samples.Base(size),
            Steps: 1,
            Guidance: 1,
            seed,
            model.DefaultScheduler,
            Enhance: true,
            OutputFormat.Png,
            Quality: 90);
        var (picture, ledger) = await (plan == ChainPlan.Fused ? FusedAsync(spec) : StagedAsync(spec)).ConfigureAwait(false);
        if (picture.Width != size || picture.Height != size)
            throw new InvalidOperationException($"the chain made no picture of {size} pixels");
        if (!_checked)
        {
            // The others are as large by the host's own word; reading each would be work that the answer does not need.
            Samples.Check((await store.ReadAsync(picture.Picture).ConfigureAwait(false)).Span, size);
            _checked = true;
        }

        return new TransportCall(ledger.OverheadMs + ledger.StoreMs, ledger.StoreMs);
    }

    public ValueTask DisposeAsync() => stages is IAsyncDisposable disposable ? disposable.DisposeAsync() : default;

    private async Task<(PictureResult Picture, TimeLedger Ledger)> FusedAsync(PictureSpec spec)
    {
        var start = Stopwatch.GetTimestamp();
        var made = await stages.RunChainAsync(new ChainInput([spec]), _nobody, CancellationToken.None).ConfigureAwait(false);
        return (made.Pictures[0], TimeLedger.From(made.Spans, Stopwatch.GetElapsedTime(start).TotalMilliseconds));
    }

    private async Task<(PictureResult Picture, TimeLedger Ledger)> StagedAsync(PictureSpec spec)
    {
        var start = Stopwatch.GetTimestamp();
        var spans = new List<StageSpan>();
        var text = new UnderstandInput([spec.Prompt]);
        var understood = await TimedAsync(() => stages.UnderstandAsync(text, CancellationToken.None)).ConfigureAwait(false);
        var noise = new GenerateInput([spec], new Dictionary<string, ArtifactRef> { [spec.Prompt] = understood.Embeddings[0] });
        var drawn = await TimedAsync(() => stages.GenerateAsync(noise, _nobody, CancellationToken.None)).ConfigureAwait(false);
        var bases = new EnhanceInput([spec], drawn.Bases);
        var made = await TimedAsync(() => stages.EnhanceAsync(bases, _nobody, CancellationToken.None)).ConfigureAwait(false);
        return (made.Pictures[0], TimeLedger.From(spans, Stopwatch.GetElapsedTime(start).TotalMilliseconds));

        async Task<T> TimedAsync<T>(Func<Task<T>> call)
            where T : StageOutput
        {
            var at = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            var output = await call().ConfigureAwait(false);
            spans.AddRange(output.Spans.Select(span => span.After(at)));
            return output;
        }
    }

    private sealed class Unheard : IProgress<StageProgress>
    {
        public void Report(StageProgress value)
        {
        }
    }
}
