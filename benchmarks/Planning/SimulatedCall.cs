using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Benchmarks.Planning;

/// <summary>One stage call on a host, from its arrival there to its answer, with the spans that a host's ledger has.</summary>
internal sealed class SimulatedCall(EventQueue events, SimulatedHost host, TrueCosts costs, double startMs)
{
    private readonly List<StageSpan> _spans = [];

    /// <summary>Spans from the start of the call as its caller counts it.</summary>
    public IReadOnlyList<StageSpan> Spans => _spans;

    public void Understand(Action done) => Do(Stage.Understand, costs.UnderstandMs, done);

    /// <summary>Denoises and decodes pictures, and enhances and stores each by itself.</summary>
    public void Generate(IReadOnlyList<PictureSpec> pictures, bool enhancing, double asideMs, Action done)
    {
        var left = pictures.Count;
        foreach (var p in pictures)
        {
            var (size, enhance) = ((p.Width, p.Height), enhancing && p.Enhance);
            var decodeMs = SimulatedHost.Scaled(size, costs.DecodeMs);
            var enhanceMs = enhance ? SimulatedHost.Scaled(size, costs.EnhanceMs) : 0;
            host.Denoise(size, p.Steps, decodeMs + enhanceMs, (queued, start, end) =>
            {
                Note(Stage.Generate, queued, start, end);
                Do(Stage.Generate, decodeMs, () =>
                {
                    if (enhance)
                        Do(Stage.Enhance, enhanceMs, Aside);
                    else
                        Aside();
                });
            });

            void Aside() => this.Aside(SimulatedHost.Scaled(size, asideMs), () => End(ref left, done));
        }
    }

    public void Enhance(IReadOnlyList<PictureSpec> pictures, Action done)
    {
        var left = pictures.Count;
        foreach (var p in pictures)
        {
            var size = (p.Width, p.Height);
            Aside(SimulatedHost.Scaled(size, costs.ReadMs), () =>
            {
                if (p.Enhance)
                    Do(Stage.Enhance, SimulatedHost.Scaled(size, costs.EnhanceMs), Finish);
                else
                    Finish();
            });

            void Finish() => Aside(SimulatedHost.Scaled(size, costs.AsideMs), () => End(ref left, done));
        }
    }

    private static void End(ref int left, Action done)
    {
        if (--left == 0)
            done();
    }

    private void Do(Stage stage, double ms, Action done) => host.Do(ms, (queued, start, end) =>
    {
        Note(stage, queued, start, end);
        done();
    });

    private void Aside(double ms, Action done)
    {
        var start = events.NowMs;
        events.After(ms, () =>
        {
            Note(Stage.Store, start, start, events.NowMs);
            done();
        });
    }

    private void Note(Stage stage, double queued, double start, double end)
    {
        if (start > queued)
            _spans.Add(new StageSpan(Stage.Queue, queued - startMs, start - startMs));
        _spans.Add(new StageSpan(stage, start - startMs, end - startMs));
    }
}
