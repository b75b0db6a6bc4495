using Aigc.Contracts.Inference.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Aigc.GpuHost.Tests.Fuzz;

/// <summary>Every method of the host with a message that it takes, cheap to answer and with references to what it really has.</summary>
internal sealed class ValidMessages
{
    private readonly List<(MethodDescriptor Method, byte[] Message)> _all = [];

    /// <summary>Picks one. GenerateImage is rarer: it takes the model's own steps, and so twenty times the others' work.</summary>
    public (MethodDescriptor Method, byte[] Message) Pick(Random random) =>
        random.Next(4 * _all.Count) == 0 ? _all[^1] : _all[random.Next(_all.Count - 1)];

    public static async Task<ValidMessages> CreateAsync(ChannelBase channel)
    {
        var client = new Aigc.Contracts.Inference.V1.Inference.InferenceClient(channel);
        var picture = new PictureRequest { Prompt = "a red circle", Width = 64, Height = 64, Steps = 1, Seed = 1, Enhance = false };
        var understood = await client.UnderstandAsync(new UnderstandRequest { Texts = { picture.Prompt } });
        using var generating = client.Generate(new GenerateRequest { Pictures = { picture } });
        FinishedPicture? generated = null;
        while (await generating.ResponseStream.MoveNext(CancellationToken.None))
            generated = generating.ResponseStream.Current.Event.Picture ?? generated;

        var valid = new ValidMessages();
        valid.Add("Run", new RunRequest { Pictures = { picture }, PreviewEverySteps = 1, OnDisconnect = OnDisconnect.Cancel });
        valid.Add("Understand", new UnderstandRequest { Texts = { picture.Prompt, "" } });
        var prepared = new PreparePicture { Image = generated!.Artifact, Width = 64, Height = 64 };
        valid.Add("Prepare", new PrepareRequest { Pictures = { prepared } });
        valid.Add("Generate", new GenerateRequest { Pictures = { picture }, Embeddings = { [picture.Prompt] = understood.Embeddings[0] } });
        valid.Add("Enhance", new EnhanceRequest { Pictures = { picture }, Bases = { generated.Artifact } });
        valid.Add("Cancel", new CancelRequest { JobId = "0123456789abcdef0123456789abcdef" });
        valid.Add("Describe", new DescribeRequest());
        valid.Add("WatchLoad", new WatchLoadRequest { IntervalMs = 1 });
        valid._all.Add((ImageGenerator.Descriptor.FindMethodByName("GenerateImage"),
            new GenerateImageRequest { Prompt = picture.Prompt, Width = 64, Height = 64 }.ToByteArray()));
        return valid;
    }

    private void Add(string method, IMessage message) =>
        _all.Add((Aigc.Contracts.Inference.V1.Inference.Descriptor.FindMethodByName(method), message.ToByteArray()));
}
