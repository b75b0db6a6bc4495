using Google.Protobuf;
using Grpc.Core;

namespace Aigc.Benchmarks.Transport;

/// <summary>The stages over gRPC with their bytes in the messages.</summary>
internal sealed class PayloadService(PlainStages stages) : PayloadStages.PayloadStagesBase
{
    public override async Task<PayloadBytes> Understand(PayloadText request, ServerCallContext context) =>
        Message(await stages.UnderstandAsync(request.Prompt).ConfigureAwait(false));

    public override async Task<PayloadBytes> Generate(PayloadEmbedding request, ServerCallContext context) =>
        Message(await stages.GenerateAsync(request.Embedding.Memory, request.Size).ConfigureAwait(false));

    public override async Task<PayloadBytes> Enhance(PayloadPicture request, ServerCallContext context) =>
        Message(await stages.EnhanceAsync(request.Picture.Memory).ConfigureAwait(false));

    private static PayloadBytes Message(StageAnswer answer) =>
        new() { Made = UnsafeByteOperations.UnsafeWrap(answer.Made), BusyMs = answer.BusyMs };
}
