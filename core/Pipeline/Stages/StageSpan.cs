namespace Aigc.Pipeline.Stages;

/// <summary>A stretch of time that one stage took.</summary>
/// <param name="Stage">What it was spent on.</param>
/// <param name="StartMs">Its start in milliseconds, from the start of the call that reports it or, once a job holds it, of the job.</param>
/// <param name="EndMs">Its end, likewise.</param>
public sealed record StageSpan(Stage Stage, double StartMs, double EndMs)
{
    /// <summary>The same span, later by <paramref name="ms"/> milliseconds.</summary>
    public StageSpan After(double ms) => this with { StartMs = StartMs + ms, EndMs = EndMs + ms };
}
