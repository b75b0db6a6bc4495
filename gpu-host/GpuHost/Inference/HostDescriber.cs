using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Aigc.GpuHost.Configuration;
using Aigc.Inference.Chain;
using Aigc.Inference.Models;
using Aigc.Inference.Onnx.Devices;
using Aigc.Inference.Stages;

namespace Aigc.GpuHost.Inference;

/// <summary>Says what the host has and what it takes.</summary>
internal sealed class HostDescriber(DiffusionEngine engine, PictureChain chain, ExecutionDevice device, GpuHostOptions options)
{
    public async Task<DescribeResponse> DescribeAsync()
    {
        var models = await Task.WhenAll(engine.Models.Catalog.Names.Select(ModelAsync)).ConfigureAwait(false);
        var response = new DescribeResponse
        {
            Limits = new Limits
            {
                MaxPictures = options.Limits.MaxPictures,
                MaxQueuedSeconds = options.Admission.MaxQueuedSeconds,
                MaxQueuedBytes = options.Admission.MaxQueuedBytes,
                MaxInputPixels = options.Chain.MaxInputPixels,
            },
            Host = options.Chain.Host ?? "",
        };
        response.Models.AddRange(models);
        response.Devices.Add(new Device { Provider = device.Provider, Index = device.Index, Threads = device.IsHost ? device.Threads : 0 });
        return response;
    }

    // One that is damaged must not hide the others.
    private async Task<Model> ModelAsync(string name)
    {
        try
        {
            return Model(await chain.DescribeAsync(name).ConfigureAwait(false));
        }
        catch (FaultException e) when (e.Kind == FaultKind.BadModel)
        {
            return new Model { Name = name, Fault = e.Message };
        }
    }

    private Model Model(ModelCard card)
    {
        var model = new Model
        {
            Name = card.Name,
            Digest = card.Digest,
            Loaded = engine.Models.IsLoaded(card.Name),
            SizeMultiple = card.SizeMultiple,
            MinSize = ModelCard.MinSize,
            MaxSize = ModelCard.MaxSize,
            DefaultWidth = card.DefaultSize,
            DefaultHeight = card.DefaultSize,
            MaxSteps = card.MaxSteps,
            DefaultSteps = card.DefaultSteps,
            DefaultGuidance = card.DefaultGuidance,
            DefaultScheduler = card.DefaultScheduler,
            EnhanceFactor = card.EnhanceFactor,
            PreferredBatch = options.Batching.MaxRows / 2,
            ImageToImage = card.ImageToImage,
        };
        model.Schedulers.AddRange(card.Schedulers);
        model.Prompts.AddRange(card.Prompts);
        return model;
    }
}
