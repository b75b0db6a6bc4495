using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Aigc.GpuHost.Jobs;
using Aigc.GpuHost.Requests;
using Google.Protobuf;
using Grpc.Core;

namespace Aigc.GpuHost.Images;

/// <summary>The plain call: a prompt in, a picture out.</summary>
[BindServiceMethod(typeof(ImageGeneratorBinding), nameof(ImageGeneratorBinding.BindService))]
internal sealed class ImageGeneratorService(RequestReader requests, JobRegistry jobs, IArtifactStore store) : ImageGenerator.ImageGeneratorBase
{
    public override async Task<GenerateImageResponse> GenerateImage(GenerateImageRequest request, ServerCallContext context)
    {
        jobs.ThrowIfDraining();
        var run = new RunRequest { Pictures = { new PictureRequest { Prompt = request.Prompt, Width = request.Width, Height = request.Height } } };
        var call = await requests.ReadAsync(run, context.Deadline).ConfigureAwait(false);
        var (id, events) = jobs.Start(call);
        try
        {
            FinishedPicture? picture = null;
            await foreach (var next in events.ReadAllAsync(context.CancellationToken).ConfigureAwait(false))
                picture = next.Picture ?? picture;
            var bytes = await store.ReadAsync(ArtifactRef.Parse(picture!.Artifact), context.CancellationToken).ConfigureAwait(false);
            // Artifacts never change, so the message may share their memory.
            return new GenerateImageResponse { ImageData = UnsafeByteOperations.UnsafeWrap(bytes) };
        }
        catch
        {
            jobs.Cancel(id, discard: true);
            throw;
        }
    }
}
