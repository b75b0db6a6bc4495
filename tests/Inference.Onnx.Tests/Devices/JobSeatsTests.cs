using Aigc.Inference.Batching;
using Aigc.Inference.Models;
using Aigc.Inference.Onnx.Devices;

namespace Aigc.Inference.Onnx.Tests.Devices;

public sealed class JobSeatsTests
{
    private static readonly JobSource _jobs = new(new LatentShape(4, 1, 1));

    private readonly JobSeats _seats = new(2);
    private readonly DenoiseJob[] _three = [.. Enumerable.Range(1, 3).Select(seed => _jobs.Create("ddim", 3, seed: seed))];

    [Fact]
    public void Take_ThereIsRoom_GivesEachItsSlot()
    {
        Seat(0, 1);
        Assert.True(_seats.Holds(_three[0], out var first));
        Assert.True(_seats.Holds(_three[1], out var second));
        Assert.Equal([0, 1], [first, second]);
        Assert.False(_seats.Holds(_three[2], out _));
    }

    [Fact]
    public void Evictable_Full_IsTheOneThatWaitedLongestAndNeverOneOfTheStep()
    {
        Seat(0, 1);
        Seat(0);
        _seats.Begin([_three[2]]);
        Assert.Same(_three[1], _seats.Evictable(_three[2]));
        _seats.Begin([_three[1], _three[2]]);
        Assert.Same(_three[0], _seats.Evictable(_three[2]));
        Assert.Null(_seats.Evictable(_three[1]));
    }

    [Fact]
    public void Holds_JobWasAdvancedElsewhere_IsFalseUntilItIsTakenAgain()
    {
        Seat(0);
        _three[0].CountStep();
        Assert.False(_seats.Holds(_three[0], out _));
        Assert.Equal(0, _seats.Take(_three[0]));
        Assert.True(_seats.Holds(_three[0], out _));
        Assert.Equal(1, _seats.Count);
    }

    [Fact]
    public void Leave_Job_FreesItsSlotForTheNext()
    {
        Seat(0, 1);
        _seats.Leave(_three[0]);
        _seats.Leave(_three[0]);
        Assert.Null(_seats.Evictable(_three[2]));
        Assert.Equal(0, _seats.Take(_three[2]));
    }

    private void Seat(params int[] jobs)
    {
        DenoiseJob[] step = [.. jobs.Select(job => _three[job])];
        _seats.Begin(step);
        foreach (var job in step)
            _seats.Take(job);
    }
}
