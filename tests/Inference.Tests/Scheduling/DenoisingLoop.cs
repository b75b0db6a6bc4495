using Aigc.Inference.Scheduling;

namespace Aigc.Inference.Tests.Scheduling;

/// <summary>
/// A run over a model simple enough to state twice: element i of its output is <c>0.3 * input + 0.1 * sin(0.01 * timestep + i)</c>,
/// and of the first sample <c>InitNoiseSigma * sin(0.7 * i + 0.3)</c>.
/// </summary>
internal static class DenoisingLoop
{
    public const int Length = 4 * 8 * 8;

    public static float[] Start(Schedule schedule) =>
        [.. Enumerable.Range(0, Length).Select(i => (float)(Math.Sin(0.7 * i + 0.3) * schedule.InitNoiseSigma))];

    public static float[] Run(IScheduler scheduler, int steps)
    {
        var schedule = scheduler.CreateSchedule(steps);
        var sample = Start(schedule);
        for (var step = 0; step < schedule.Count; step++) Step(scheduler, schedule, step, sample);
        return sample;
    }

    public static void Step(IScheduler scheduler, Schedule schedule, int step, Span<float> sample)
    {
        var buffer = new float[sample.Length];
        scheduler.ScaleModelInput(schedule, step, sample, buffer);
        for (var i = 0; i < buffer.Length; i++) buffer[i] = (float)(0.3 * buffer[i] + 0.1 * Math.Sin(0.01 * schedule.Timesteps[step] + i));
        scheduler.Step(schedule, step, buffer, sample);
    }
}
