using Aigc.Inference.Batching;
using Aigc.Inference.Faults;
using Aigc.Inference.Imaging;
using Aigc.Inference.Models;
using Aigc.Inference.Scheduling;
using Aigc.Inference.Stages;
using Aigc.Inference.Tokenization;
using Aigc.TestKit;

namespace Aigc.Inference.Onnx.Tests;

public sealed class ModelKindTests : IDisposable
{
    private static readonly LatentShape _shape = new(4, 2, 3);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<ModelKind> Kinds =>
        [ModelKind.StableDiffusion15, ModelKind.SdTurbo, ModelKind.Lcm, ModelKind.Sdxl, ModelKind.SdxlHalf];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Load_Kind_SaysWhatItTakes(ModelKind kind)
    {
        using var model = Load(kind);
        var expected = new ModelDescription(Path.GetFileName(_folder.Path), 77, kind.EmbeddingWidth, 4, 8, 512, 0)
        {
            PooledWidth = kind.PooledWidth,
            EmbedsGuidance = kind.GuidanceWidth > 0,
            HasEncoder = true,
            ForceZerosForEmptyPrompt = kind.Widths.Length > 1,
        };
        Assert.Equal(expected, model.Description);
        Assert.Equal(77 * kind.EmbeddingWidth + kind.PooledWidth, model.Description.EmbeddingLength);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EncodeText_Kind_PutsEachEncodersStatesSideBySideAndTheVectorLast(ModelKind kind)
    {
        using var model = Load(kind);
        var prompt = Prompt(kind, seed: 5);
        var embedding = model.EncodeText(prompt, default);
        Assert.Equal(model.Description.EmbeddingLength, embedding.Length);
        var tolerance = kind.Real == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float ? 1e-4 : 1e-2;
        var column = 0;
        for (var encoder = 0; encoder < kind.Widths.Length; encoder++)
        {
            foreach (var token in new[] { 0, 1, 40, 76 })
            {
                foreach (var at in new[] { 0, 1, kind.Widths[encoder] - 1 })
                {
                    var expected = kind.State(encoder, kind.Layer, prompt[encoder].Ids.Span[token], at);
                    Assert.Equal(expected, embedding[token * kind.EmbeddingWidth + column + at], tolerance);
                }
            }

            column += kind.Widths[encoder];
        }

        if (kind.PooledWidth == 0)
            return;
        var total = prompt[1].Ids.ToArray().Sum();
        var pooling = ModelKind.Weights("pooling", kind.PooledWidth);
        foreach (var at in new[] { 0, 7, kind.PooledWidth - 1 })
            Assert.Equal(total * pooling[at], embedding[77 * kind.EmbeddingWidth + at], 10 * tolerance);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Run_RowsThatDifferInEverything_EachIsToldItsOwn(ModelKind kind)
    {
        using var model = Load(kind);
        using var batch = model.CreateBatch(_shape, capacity: 5);
        var states = 77 * kind.EmbeddingWidth;
        float[] timesteps = [999, 999, 41, 7, 7];
        float[] guidance = [1, 8.5f, 2, 1.25f, 0];
        var embeddings = Enumerable.Range(0, 5).Select(seed => Numbers(seed, model.Description.EmbeddingLength)).ToArray();
        for (var round = 0; round < 2; round++)
        {
            var rows = 5 - round;
            for (var row = 0; row < rows; row++)
            {
                // The second time each row is told what another was told the first time.
                var from = row + round;
                batch.Sample(row).Fill(from);
                batch.SetTimestep(row, timesteps[from]);
                batch.SetEmbedding(row, embeddings[from]);
                batch.SetGuidance(row, guidance[from]);
            }

            batch.Run(rows, default);
            for (var row = 0; row < rows; row++)
            {
                var from = row + round;
                var inputs = new List<(string, float[])> { ("encoder_hidden_states", embeddings[from][..states]) };
                if (kind.PooledWidth > 0)
                    inputs.AddRange([("text_embeds", embeddings[from][states..]), ("time_ids", [16, 24, 0, 0, 16, 24])]);
                if (kind.GuidanceWidth > 0)
                    inputs.Add(("timestep_cond", Reference(guidance[from], kind.GuidanceWidth)));
                var expected = ModelKind.Says(from, timesteps[from], [.. inputs]);
                foreach (var value in batch.Output(row))
                    Assert.Equal(expected, value, kind == ModelKind.SdxlHalf ? 1e-2 : 1e-4);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Encode_Kind_IsTheMeanTimesTheScalingFactor(ModelKind kind)
    {
        using var model = Load(kind, """{"scaling_factor": 0.13025}""");
        var rgba = new byte[24 * 16 * 4];
        for (var i = 0; i < rgba.Length; i += 4)
            (rgba[i], rgba[i + 1], rgba[i + 2]) = ((byte)(i / 4 % 24 < 8 ? 255 : 0), 51, 204);
        var latent = model.Encode(new Picture(24, 16, rgba), default);
        Assert.Equal(_shape.Length, latent.Length);
        float[] expected = [1, -1, -1, 1, -1, -1, .. Enumerable.Repeat(-.6f, 6), .. Enumerable.Repeat(.6f, 6), 1, -1, -1, 1, -1, -1];
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i] * .13025f, latent[i], 1e-3f);
    }

    [Fact]
    public void Encode_SideIsNoMultipleOf8_SaysWhatItMayBe()
    {
        using var model = Load(ModelKind.StableDiffusion15);
        var fault = Assert.Throws<InferenceException>(() => model.Encode(new Picture(12, 8, new byte[12 * 8 * 4]), default));
        Assert.Equal(InferenceFault.BadRequest, fault.Kind);
        Assert.Contains("12x8: make both sides multiples of 8", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_NoEncoder_IsRefused()
    {
        ModelKind.StableDiffusion15.Write(_folder.Path);
        Directory.Delete(_folder.Combine("vae_encoder"), recursive: true);
        using var model = OnnxDiffusionModel.Load(ModelFolder.Open(_folder.Path), new OnnxRuntimeOptions());
        Assert.False(model.Description.HasEncoder);
        var fault = Assert.Throws<InferenceException>(() => model.Encode(new Picture(8, 8, new byte[256]), default));
        Assert.Equal(InferenceFault.BadRequest, fault.Kind);
    }

    [Fact]
    public void Step_Lcm_TakesOneRowAndTheGuidanceOfTheJob()
    {
        using var model = Load(ModelKind.Lcm);
        using var denoiser = model.CreateDenoiser(_shape, capacity: 2);
        DenoiseJob[] jobs = [Job(guidance: 8), Job(guidance: 8), Job(guidance: 2)];
        denoiser.Step(jobs[..2], default);
        denoiser.Step(jobs[2..], default);
        Assert.All(jobs, job => Assert.Equal(1, job.Rows));
        Assert.Equal(jobs[0].Latent.ToArray(), jobs[1].Latent.ToArray());
        Assert.NotEqual(jobs[0].Latent.ToArray(), jobs[2].Latent.ToArray());

        DenoiseJob Job(float guidance)
        {
            var scheduler = SchedulerCatalog.Create("ddim", new SchedulerConfig { ClipSample = false });
            var settings = new PictureSettings(Numbers(1, 77 * 768), default, 24, 16, 4, guidance, 1, "ddim");
            return new DenoiseJob(_shape, scheduler, scheduler.CreateSchedule(4), settings, guided: false);
        }
    }

    private OnnxDiffusionModel Load(ModelKind kind, string? vae = null)
    {
        kind.Write(_folder.Path);
        if (vae is not null)
            File.WriteAllText(_folder.Combine("vae_decoder", "config.json"), vae);
        return OnnxDiffusionModel.Load(ModelFolder.Open(_folder.Path), new OnnxRuntimeOptions());
    }

    private static TokenizedPrompt[] Prompt(ModelKind kind, int seed)
    {
        var random = new Random(seed);
        return [.. kind.Widths.Select(_ => new TokenizedPrompt(Enumerable.Range(0, 77).Select(_ => random.Next(99)).ToArray(), 77, null))];
    }

    private static float[] Numbers(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 20 - 10)];
    }

    // diffusers' get_guidance_scale_embedding(guidance - 1, width), written out anew.
    private static float[] Reference(float guidance, int width)
    {
        var frequencies = Enumerable.Range(0, width / 2)
            .Select(i => Math.Pow(10_000, -i / (width / 2 - 1.0)) * 1000 * (guidance - 1)).ToArray();
        return [.. frequencies.Select(f => (float)Math.Sin(f)), .. frequencies.Select(f => (float)Math.Cos(f))];
    }
}
