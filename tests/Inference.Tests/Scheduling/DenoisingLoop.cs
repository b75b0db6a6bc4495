using Aigc.Inference.Scheduling;

namespace Aigc.Inference.Tests.Scheduling;

/// <summary>
/// A run over a model simple enough to state twice: element i of its output is <c>0.3 * input + 0.1 * sin(0.01 * timestep + i)</c>,
/// and of the first sample <c>InitNoiseSigma * sin(0.7 * i + 0.3)</c>. A run that begins later starts from the picture
/// <c>sin(0.7 * i + 0.3)</c> under noise <c>sin(0.9 * i + 1.1)</c>, and the fresh noise of a step is
/// <c>sin(1.3 * i + 0.5 * step + 0.2)</c>.
/// </summary>
internal static class DenoisingLoop
{
    public const int Length = 4 * 8 * 8;

    public static float[] Start(Schedule schedule)
    {
        var start = Wave(0.7, 0.3);
        if (schedule.Begin == 0) return [.. start.Select(element => (float)(element * schedule.InitNoiseSigma))];
        var sample = ToSingle(start);
        schedule.AddNoise(schedule.Begin, sample, ToSingle(Wave(0.9, 1.1)), sample);
        return sample;
    }

    public static float[] Noise(int step) => ToSingle(Wave(1.3, 0.5 * step + 0.2));

    public static float[] History(IScheduler scheduler) => new float[scheduler.HistoryLength * Length];

    public static float[] Run(IScheduler scheduler, int steps) => Run(scheduler, scheduler.CreateSchedule(steps));

    public static float[] Run(IScheduler scheduler, Schedule schedule)
    {
        var sample = Start(schedule);
        var history = History(scheduler);
        for (var step = schedule.Begin; step < schedule.Count; step++) Step(scheduler, schedule, step, sample, history);
        return sample;
    }

    public static void Step(IScheduler scheduler, Schedule schedule, int step, Span<float> sample, Span<float> history) =>
        scheduler.Step(
            schedule, step, Output(scheduler, schedule, step, sample), sample, new StepContext { History = history, Noise = Noise(step) });

    public static float[] Output(IScheduler scheduler, Schedule schedule, int step, ReadOnlySpan<float> sample)
    {
        var buffer = new float[sample.Length];
        scheduler.ScaleModelInput(schedule, step, sample, buffer);
        for (var i = 0; i < buffer.Length; i++) buffer[i] = (float)(0.3 * buffer[i] + 0.1 * Math.Sin(0.01 * schedule.Timesteps[step] + i));
        return buffer;
    }

    private static IEnumerable<double> Wave(double pace, double phase) =>
        Enumerable.Range(0, Length).Select(i => Math.Sin(pace * i + phase));

    private static float[] ToSingle(IEnumerable<double> wave) => [.. wave.Select(element => (float)element)];
}
