using Aigc.Inference.Batching;
using Aigc.Inference.Faults;
using Aigc.Inference.Models;
using Aigc.Inference.Tests.Models;

namespace Aigc.Inference.Tests.Batching;

public sealed class DenoiseCheckpointTests : IDisposable
{
    private readonly FakeModelRoot _root = new("one");
    private readonly LoadedModel _model;

    public DenoiseCheckpointTests() => _model = new LoadedModel(_root.Folder("one"), new FakeNetworks());

    public void Dispose()
    {
        _model.Dispose();
        _root.Dispose();
    }

    [Fact]
    public void Parse_WhatToBytesWrote_IsTheSame()
    {
        var written = new DenoiseCheckpoint(7, new[] { 1f, -0f, float.MinValue }, new[] { .5f });
        var read = DenoiseCheckpoint.Parse(written.ToBytes());
        Assert.Equal(7, read.Step);
        Assert.Equal(written.Latent.ToArray(), read.Latent.ToArray());
        Assert.Equal(written.History.ToArray(), read.History.ToArray());
    }

    [Fact]
    public void Parse_AnyOtherBytes_AreRefusedAsTheRequestsFault()
    {
        var whole = new DenoiseCheckpoint(7, new float[3], new float[2]).ToBytes();
        var refused = new List<byte[]> { Array.Empty<byte>(), "no checkpoint at all, but long enough"u8.ToArray(), (byte[])[.. whole, 0] };
        for (var length = 0; length < whole.Length; length++)
            refused.Add(whole[..length]);
        foreach (var at in (int[])[0, 7, 11, 12, 15, 16, 19])
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] = 0xff;
            refused.Add(damaged);
        }

        foreach (var bytes in refused)
            Assert.Equal(InferenceFault.BadRequest, Assert.Throws<InferenceException>(() => DenoiseCheckpoint.Parse(bytes)).Kind);
    }

    [Theory]
    [InlineData(5, 16, 0)]
    [InlineData(-1, 16, 0)]
    [InlineData(1, 15, 0)]
    [InlineData(1, 16, 16)]
    public void Resume_OfAnotherPicture_IsRefusedAsTheRequestsFault(int step, int latent, int history)
    {
        var job = _model.CreateJob(FakeModelRoot.Picture(steps: 4));
        var before = job.Latent.ToArray();
        var fault = Assert.Throws<InferenceException>(() => job.Resume(new DenoiseCheckpoint(step, new float[latent], new float[history])));
        Assert.Equal(InferenceFault.BadRequest, fault.Kind);
        Assert.Equal(before, job.Latent.ToArray());
    }

    [Fact]
    public void Resume_BeforeTheStepThatAnInputPictureStartsAt_IsRefused()
    {
        var job = _model.CreateJob(FakeModelRoot.Picture(steps: 4) with { Image = new float[16], Strength = .5f });
        Assert.Equal(2, job.Step);
        Assert.Throws<InferenceException>(() => job.Resume(new DenoiseCheckpoint(1, new float[16], default)));
        job.Resume(new DenoiseCheckpoint(3, new float[16], default));
        Assert.Equal(3, job.Step);
    }
}
