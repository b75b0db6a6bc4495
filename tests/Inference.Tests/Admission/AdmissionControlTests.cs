using Aigc.Inference.Admission;
using Aigc.Inference.Faults;
using Microsoft.Extensions.Time.Testing;

namespace Aigc.Inference.Tests.Admission;

public sealed class AdmissionControlTests
{
    private const long Mebibyte = 1 << 20;

    private readonly FakeTimeProvider _time = new();
    private readonly AdmissionControl _admission;

    public AdmissionControlTests() =>
        _admission = new AdmissionControl(new AdmissionOptions { MaxQueuedSeconds = 10, MaxQueuedBytes = 100 * Mebibyte }, _time);

    [Fact]
    public void Admit_IdleHost_TakesAnythingHoweverLarge()
    {
        var ticket = Assert.Single(Admit(seconds: 1000, bytes: 1000 * Mebibyte));
        Assert.Equal(1000, _admission.QueuedSeconds);
        ticket.Dispose();
        Assert.Equal(0, _admission.QueuedSeconds);
    }

    [Fact]
    public void Admit_QueueFullInSeconds_IsRefusedUntilThereIsRoom()
    {
        var ticket = Admit(seconds: 8)[0];
        var fault = Refused(() => Admit(seconds: 5));
        Assert.Equal(3, fault.RetryAfter!.Value.TotalSeconds, 1e-9);
        Assert.Contains("8 s of work wait, and 10 may", fault.Message, StringComparison.Ordinal);

        // Having waited as long as it was told, with the device at work, it gets in.
        ticket.Left((8 - 3) / 8.0);
        Assert.Single(Admit(seconds: 5));
    }

    [Fact]
    public void Admit_LargerThanTheQueueMayEverBe_IsToldToComeWhenTheHostIsIdle()
    {
        using var ticket = Admit(seconds: 4)[0];
        Assert.Equal(4, Refused(() => Admit(seconds: 100)).RetryAfter!.Value.TotalSeconds, 1e-9);
    }

    [Fact]
    public void Admit_QueueFullInBytes_IsRefusedUntilThereIsRoom()
    {
        var tickets = _admission.Admit([new Demand(4, 4, 60 * Mebibyte), new Demand(4, 4, 20 * Mebibyte)], long.MaxValue);
        var fault = Refused(() => Admit(seconds: 1, bytes: 40 * Mebibyte));
        // 20 of 80 MiB too many: a quarter of the work that is there.
        Assert.Equal(2, fault.RetryAfter!.Value.TotalSeconds, 1e-9);
        Assert.Contains("80 MiB of 100", fault.Message, StringComparison.Ordinal);
        tickets[1].Dispose();
        Assert.Single(Admit(seconds: 1, bytes: 40 * Mebibyte));
    }

    [Fact]
    public void Admit_DeadlineBehindWorkWithEarlierOnes_IsRefusedWithTheTimeThatIsMissing()
    {
        using var first = Admit(seconds: 3, deadlineIn: 4)[0];
        var fault = Refused(() => Admit(seconds: 2, deadlineIn: 4.5));
        Assert.Equal(.5, fault.RetryAfter!.Value.TotalSeconds, 1e-3);
        Assert.Contains("3 s of work come first and this takes 2 s", fault.Message, StringComparison.Ordinal);
        Assert.Single(Admit(seconds: 2, deadlineIn: 5.5));
    }

    [Fact]
    public void Admit_DeadlineBeforeThatOfOtherWork_DoesNotWaitForIt()
    {
        using var later = Admit(seconds: 6, deadlineIn: 60)[0];
        using var whenever = Admit(seconds: 2)[0];
        Assert.Single(Admit(seconds: 1, deadlineIn: 1.5));
        Refused(() => Admit(seconds: 1, deadlineIn: 1.9));
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(0)]
    [InlineData(-5)]
    public void Admit_DeadlineTooShortEvenForAnIdleHost_GetsNoHint(double deadlineIn)
    {
        var fault = Refused(() => _admission.Admit([new Demand(1, 2, 0)], Deadline(deadlineIn)));
        Assert.Null(fault.RetryAfter);
        using var busy = Admit(seconds: 5, deadlineIn: 0 + 6)[0];
        Assert.Null(Refused(() => _admission.Admit([new Demand(1, 2, 0)], Deadline(deadlineIn))).RetryAfter);
    }

    [Fact]
    public void Admit_Refused_TakesNoneOfTheCallsPictures()
    {
        using var ticket = Admit(seconds: 8)[0];
        Refused(() => _admission.Admit([new Demand(1, 1, 0), new Demand(5, 5, 0)], long.MaxValue));
        Assert.Equal(8, _admission.QueuedSeconds);
    }

    [Fact]
    public void Admit_NothingAskedFor_IsNeverRefused()
    {
        using var huge = Admit(seconds: 1000, bytes: 1000 * Mebibyte)[0];
        Assert.Empty(_admission.Admit([], long.MaxValue));
        Assert.Empty(_admission.Admit([], Deadline(-1)));
    }

    [Fact]
    public void Dispose_TicketTwice_FreesWhatItTookOnce()
    {
        var one = Admit(seconds: 4, bytes: 50 * Mebibyte)[0];
        using var other = Admit(seconds: 4, bytes: 50 * Mebibyte)[0];
        one.Dispose();
        one.Dispose();
        Assert.Equal(4, _admission.QueuedSeconds);
        Assert.Single(Admit(seconds: 1, bytes: 50 * Mebibyte));
        Refused(() => Admit(seconds: 1, bytes: 1));
    }

    [Fact]
    public void Admit_RefusedByLittle_WaitsNoLessThanAMomentWorthTheCall()
    {
        using var ticket = Admit(seconds: 9)[0];
        Assert.Equal(50, Refused(() => Admit(seconds: 1.0001)).RetryAfter!.Value.TotalMilliseconds);
    }

    private static InferenceException Refused(Action admit)
    {
        var fault = Assert.Throws<InferenceException>(admit);
        Assert.Equal(InferenceFault.Overloaded, fault.Kind);
        return fault;
    }

    private IReadOnlyList<AdmissionTicket> Admit(double seconds, long bytes = 0, double? deadlineIn = null) =>
        _admission.Admit([new Demand(seconds, seconds, bytes)], deadlineIn is { } left ? Deadline(left) : long.MaxValue);

    private long Deadline(double seconds) => _time.GetTimestamp() + (long)(seconds * _time.TimestampFrequency);
}
