using Aigc.Contracts.Inference.V1;
using Grpc.Core;
using InferenceClient = Aigc.Contracts.Inference.V1.Inference.InferenceClient;

namespace Aigc.Inference.Client.Calls;

/// <summary>Sends some of a call's pictures to a host, as a Run or as a Generate.</summary>
/// <param name="client">The host.</param>
/// <param name="places">Which of the call's pictures, from 0.</param>
/// <param name="pictures">Those pictures, with their checkpoints.</param>
/// <param name="resume">Whether a try before this one was lost.</param>
/// <param name="options">When it is to be done, and what breaks the stream; the host then goes on by itself.</param>
internal delegate IAsyncEnumerable<ChainEvent> ChainOpener(
    InferenceClient client, IReadOnlyList<int> places, IReadOnlyList<PictureRequest> pictures, bool resume, CallOptions options);
