using Aigc.Inference.Models;
using Aigc.Inference.Tests.Models;

namespace Aigc.Inference.Tests.Batching;

public sealed class DenoiseJobTests : IDisposable
{
    private readonly FakeModelRoot _root = new("one");
    private readonly LoadedModel _model;

    public DenoiseJobTests() => _model = new LoadedModel(_root.Folder("one"), new FakeNetworks());

    public void Dispose()
    {
        _model.Dispose();
        _root.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Clean_AStepThatKeptNone_HoldsNoneOfAStepBefore(bool onDevice)
    {
        var job = _model.CreateJob(FakeModelRoot.Picture());
        var output = new float[job.Shape.Length];
        job.KeepClean = true;
        job.Advance(output);
        Assert.Equal(job.Shape.Length, job.Clean.Length);
        if (onDevice)
        {
            job.CountStep();
        }
        else
        {
            job.KeepClean = false;
            job.Advance(output);
        }

        Assert.True(job.Clean.IsEmpty);
    }
}
