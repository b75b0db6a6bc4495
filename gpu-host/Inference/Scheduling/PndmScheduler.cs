using Aigc.Inference.Faults;

namespace Aigc.Inference.Scheduling;

/// <summary>
/// Pseudo numerical methods: Liu et al., "Pseudo Numerical Methods for Diffusion Models on Manifolds", 2022, algorithm 2; numbers as
/// diffusers' <c>PNDMScheduler</c> has them. With <c>skip_prk_steps</c> it is what picture managers call PLMS.
/// </summary>
/// <remarks>
/// History: the model's outputs of the last three steps, latest first. The Runge-Kutta steps, where they are not skipped, keep two more:
/// the sample that their four calls start from, and the sum of their outputs.
/// </remarks>
internal sealed class PndmScheduler : IScheduler
{
    // Adams and Bashforth's weights of the outputs, latest first, by how many there are.
    private static readonly double[][] _multistep =
        [[1], [3 / 2.0, -1 / 2.0], [23 / 12.0, -16 / 12.0, 5 / 12.0], [55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0]];

    private readonly SchedulerConfig _config;
    private readonly AlphaTable _alphas;

    /// <exception cref="InferenceException">As <see cref="SchedulerRefusal"/> has it: <c>prediction_type</c> is sample, or
    /// <c>rescale_betas_zero_snr</c> true.</exception>
    public PndmScheduler(SchedulerConfig config)
    {
        SchedulerRefusal.If(config.PredictionType == PredictionType.Sample, config, "pndm", "prediction_type sample");
        SchedulerRefusal.If(config.RescaleBetasZeroSnr, config, "pndm", "rescale_betas_zero_snr true");
        _config = config;
        _alphas = new AlphaTable(config, setAlphaToOne: config.SetAlphaToOne ?? false);
    }

    public string Name => "pndm";

    public int HistoryLength => _config.SkipPrkSteps ? 3 : 5;

    public bool NeedsNoise => false;

    public Schedule CreateSchedule(int steps, int begin = 0)
    {
        var spaced = Timesteps.Space(_config, _config.TimestepSpacing ?? TimestepSpacing.Leading, steps);
        int[] timesteps = [.. spaced.Select(timestep => (int)Math.Round(timestep))];
        var ratio = _config.NumTrainTimesteps / steps;
        var visited = _config.SkipPrkSteps ? Skipped(timesteps, ratio, begin) : Whole(timesteps, ratio, begin);
        return new Schedule(visited, initNoiseSigma: 1, begin);
    }

    private IEnumerable<ScheduleStep> Skipped(int[] timesteps, int ratio, int begin)
    {
        // The first step is taken twice: tried, and then with the mean of the outputs at both of its ends.
        int[] visited = timesteps.Length == 1 ? timesteps : [.. timesteps[..2], .. timesteps[1..]];
        Schedule.CheckBegin(begin, visited.Length);
        return visited.Select((timestep, i) => (i - begin) switch
        {
            <= 0 => First(timestep, ratio),
            1 => FirstAgain(timestep, ratio),
            var count => Multistep(timestep, ratio, Math.Min(count, _multistep.Length)),
        });
    }

    private ScheduleStep First(int timestep, int ratio)
    {
        // The sample is kept where the oldest output will be, for there is none yet.
        var result = Transfer(timestep, timestep - ratio);
        return At(timestep, new StepMap(LinearRow.Of(result), LinearRow.Output, LinearRow.History(1), LinearRow.Sample));
    }

    private ScheduleStep FirstAgain(int timestep, int ratio)
    {
        var result = Transfer(timestep + ratio, timestep);
        var half = result.FromOutput / 2;
        var sample = new LinearRow(0, half) { FromHistory = [half, 0, result.FromSample] };
        return At(timestep, new StepMap(sample, LinearRow.History(0), LinearRow.History(1), LinearRow.History(2)));
    }

    private ScheduleStep Multistep(int timestep, int ratio, int outputs)
    {
        var result = Transfer(timestep, timestep - ratio);
        var weights = _multistep[outputs - 1];
        var sample = new LinearRow(result.FromSample, result.FromOutput * weights[0])
        {
            FromHistory = [.. weights.Skip(1).Select(weight => result.FromOutput * weight)],
        };
        var others = Enumerable.Range(3, HistoryLength - 3).Select(LinearRow.History);
        return At(timestep, new StepMap(sample, [LinearRow.Output, LinearRow.History(0), LinearRow.History(1), .. others]));
    }

    private IEnumerable<ScheduleStep> Whole(int[] timesteps, int ratio, int begin)
    {
        var least = _multistep.Length;
        if (timesteps.Length < least) throw Bad($"steps {timesteps.Length} is below {least}, the least that pndm takes");
        if (begin > 0) throw Bad($"begin {begin} is not 0, where alone pndm can begin");

        // Three steps of four calls each, at the ends and the middle of each.
        var half = ratio / 2;
        for (var i = 0; i < 3; i++)
        {
            var (from, to) = (timesteps[i], timesteps[i + 1]);
            var middle = to + half;
            yield return RungeKutta(from, from, from - half, call: 0);
            yield return RungeKutta(middle, from, middle, call: 1);
            yield return RungeKutta(middle, from, to, call: 2);
            yield return RungeKutta(to, from, to, call: 3);
        }

        foreach (var timestep in timesteps[3..]) yield return Multistep(timestep, ratio, least);
    }

    private ScheduleStep RungeKutta(int timestep, int from, int to, int call)
    {
        var result = Transfer(from, to);
        LinearRow[] keep = [LinearRow.History(0), LinearRow.History(1), LinearRow.History(2), LinearRow.History(3), LinearRow.History(4)];
        return At(timestep, call switch
        {
            0 => new StepMap(
                LinearRow.Of(result), LinearRow.Output, keep[0], keep[1], LinearRow.Sample, new LinearRow(0, 1 / 6.0)),
            3 => new StepMap(
                new LinearRow(0, result.FromOutput / 6) { FromHistory = [0, 0, 0, result.FromSample, result.FromOutput] }, keep),
            _ => new StepMap(
                new LinearRow(0, result.FromOutput) { FromHistory = [0, 0, 0, result.FromSample] },
                [.. keep[..4], new LinearRow(0, 1 / 3.0) { FromHistory = [0, 0, 0, 0, 1] }]),
        });
    }

    // The paper's formula 9 is DDIM's step, written without a division by what may be small.
    private Prediction Transfer(int from, int to) =>
        DenoisingStep.Between(from, _alphas.LevelAt(from), _alphas.LevelAt(to), _config.PredictionType).Result;

    private ScheduleStep At(int timestep, StepMap map)
    {
        var level = _alphas.LevelAt(timestep);
        return new ScheduleStep(timestep, level, DenoisingStep.Between(timestep, level, level, _config.PredictionType).Clean, map);
    }

    private static InferenceException Bad(string fault) =>
        new(InferenceFault.BadRequest, $"{fault} with skip_prk_steps false; set that to true, or choose another scheduler");
}
