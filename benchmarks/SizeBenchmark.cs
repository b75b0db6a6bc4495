using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Aigc.Artifacts;
using Aigc.Compression;
using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Batching;
using Aigc.Inference.Chain.Encodings;
using Aigc.Inference.Imaging;
using Aigc.Inference.Models;
using Aigc.Inference.Onnx;
using Aigc.Inference.Stages;
using Aigc.Standalone.Cli;
using Google.Protobuf;
using Grpc.Net.Compression;
using ZstdSharp;

namespace Aigc.Benchmarks;

/// <summary>What compressing the chain's own payloads brings: bytes, and the time it takes to make and to read them.</summary>
internal sealed class SizeBenchmark
{
    private const int Rounds = 31;
    private const int Size = 512;

    private static readonly ICompressionProvider _zstd = new ZstdMessages();
    private static readonly ICompressionProvider _gzip = new GzipCompressionProvider(CompressionLevel.Fastest);

    public static async Task RunAsync()
    {
        Console.WriteLine($"the shipped model's payloads; times are medians of {Rounds}; pays up to: the link, in Mbit/s, on which the bytes");
        Console.WriteLine("saved take as long as making and reading them. 'by bytes': the first bytes of all numbers, then the second, and so on.");
        Console.WriteLine("  payload                       as                bytes   ratio  make us  read us  pays up to");
        await ModelPayloadsAsync().ConfigureAwait(false);
        Messages();
    }

    private static async Task ModelPayloadsAsync()
    {
        var engine = new DiffusionEngine(
            ModelCatalog.Open(StandardFolders.Model),
            static folder => OnnxDiffusionModel.Load(folder, new OnnxRuntimeOptions()),
            new EngineOptions(),
            TimeProvider.System);
        await using var scope = engine.ConfigureAwait(false);
        using var lease = await engine.Models.AcquireAsync("", CancellationToken.None).ConfigureAwait(false);
        var texts = await engine.UnderstandAsync(
            lease.Model, ["three green stars on a white background", ""], SilentObserver.Instance, CancellationToken.None).ConfigureAwait(false);
        Numbers("embedding f32", texts[0].Embedding.Span, sizeof(float));
        using var codec = new EmbeddingCodec();
        var (length, mediaType) = (texts[0].Embedding.Length, codec.Write(texts[0].Embedding.Span).MediaType);
        Way(
            "embedding f32",
            "as stored",
            MemoryMarshal.AsBytes(texts[0].Embedding.Span).ToArray(),
            _ => codec.Write(texts[0].Embedding.Span).Bytes,
            bytes => MemoryMarshal.AsBytes(codec.Read(mediaType, bytes, length).AsSpan()).ToArray());
        Half[] halves = [.. texts[0].Embedding.ToArray().Select(static value => (Half)value)];
        Numbers("embedding f16", halves, 2);

        var job = lease.Model.CreateJob(new PictureSettings(texts[0].Embedding, texts[1].Embedding, Size, Size, 20, 4, 7, "dpmpp_2m"));
        var saved = new CheckpointAt(10);
        await engine.Batcher.DenoiseAsync(lease.Model, job, long.MaxValue, saved, CancellationToken.None).ConfigureAwait(false);
        Numbers($"latent {Size}", job.Latent, sizeof(float));
        Numbers($"checkpoint {Size}", MemoryMarshal.Cast<byte, float>(saved.Bytes.AsSpan(0, saved.Bytes.Length & ~3)), sizeof(float));

        var picture = await engine.DecodeAsync(
            lease.Model, job.Latent.ToArray(), Size, Size, SilentObserver.Instance, CancellationToken.None).ConfigureAwait(false);
        Pictures($"picture {Size}", picture);
        Pictures($"grain {Size}", Grain());
    }

    private static void Numbers<T>(string name, ReadOnlySpan<T> numbers, int width)
        where T : unmanaged
    {
        var raw = MemoryMarshal.AsBytes(numbers).ToArray();
        Line(name, "as is", raw, raw, 0, 0);
        Every(name, "", raw, static bytes => bytes, static bytes => bytes);
        Every(name, " by bytes", raw, bytes => ByBytes(bytes, width), bytes => Together(bytes, width));
    }

    private static void Every(string name, string how, byte[] raw, Func<byte[], byte[]> before, Func<byte[], byte[]> after)
    {
        foreach (var level in new[] { 1, 3 })
            Way(name, $"zstd {level}{how}", raw, bytes => Zstd(before(bytes), level), bytes => after(UnZstd(bytes)));
        Way(name, $"gzip 1{how}", raw, bytes => Folded(_gzip, before(bytes)), bytes => after(Unfolded(_gzip, bytes)));
    }

    private static void Pictures(string name, Picture picture)
    {
        var raw = picture.Rgba.ToArray();
        var rgb = new byte[raw.Length / 4 * 3];
        for (var i = 0; i < raw.Length / 4; i++)
            raw.AsSpan(i * 4, 3).CopyTo(rgb.AsSpan(i * 3));
        Line(name, "raw rgba", raw, raw, 0, 0);
        Line(name, "raw rgb", raw, rgb, 0, 0);
        Way(name, "raw as stored", raw, _ => RawPicture.Encode(picture), static bytes => RawPicture.Decode(bytes).Rgba.ToArray());
        Way(name, "raw, zstd 1", raw, static bytes => Zstd(bytes, 1), UnZstd);
        foreach (var (how, format, quality) in ((string, PictureFormat, int)[])
            [
                ("png as stored", PictureFormat.Png, 100), ("webp lossless", PictureFormat.Webp, 100), ("webp 90", PictureFormat.Webp, 90),
                ("jpeg 90", PictureFormat.Jpeg, 90),
            ])
        {
            Way(
                name,
                how,
                raw,
                _ => PictureEncoder.Encode(picture, format, quality),
                static bytes => PictureDecoder.Decode(bytes).Rgba.ToArray());
        }

        var png = PictureEncoder.Encode(picture, PictureFormat.Png);
        Way(name, "png, zstd 1", png, static bytes => Zstd(bytes, 1), UnZstd);
        var webp = PictureEncoder.Encode(picture, PictureFormat.Webp, 90);
        Way(name, "webp, zstd 1", webp, static bytes => Zstd(bytes, 1), UnZstd);
    }

    // What a photograph is to a compressor: shading with noise on it.
    private static Picture Grain()
    {
        var random = new Random(7);
        var rgba = new byte[Size * Size * 4];
        for (var i = 0; i < rgba.Length; i++)
            rgba[i] = i % 4 == 3 ? (byte)255 : (byte)(i / 4 / Size / 4 + i / 4 % Size / 8 + random.Next(8));
        return new Picture(Size, Size, rgba);
    }

    private static void Messages()
    {
        static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        Message("Run of 1", Run(1));
        Message("Run of 4", Run(4));
        Message("Run of 16", Run(16));
        Message("Run of 64", Run(64));
        var understood = new UnderstandResponse();
        understood.Embeddings.AddRange(Enumerable.Range(0, 16).Select(i => new ArtifactRef(
            PictureAddress.Embedding("digest", $"prompt {i}"), EmbeddingCodec.FoldedHalves, 2204, Hash($"bytes {i}"), "gpu-1:5001").ToString()));
        Message("Understand's 16 references", understood);
        var load = new WatchLoadResponse { QueuedSeconds = 1.5, Running = 3, FreeRows = 10 };
        load.StepTimes.AddRange(Enumerable.Range(1, 64).Select(static i => new StepTime { Model = "tiny-shapes", Width = 128, Height = 128, Rows = i, Seconds = .01 / i }));
        Message("WatchLoad, 64 step times", load);
    }

    private static RunRequest Run(int pictures)
    {
        var run = new RunRequest();
        run.Pictures.AddRange(Enumerable.Range(0, pictures).Select(static i => new PictureRequest
        {
            Prompt = "a red circle above a blue square on a white background, in the style of a children's book, soft light, much detail",
            NegativePrompt = "blurry, low quality, text, watermark",
            Width = 512,
            Height = 512,
            Steps = 20,
            Seed = 81985529216486895 * (i + 1),
            Scheduler = "euler",
        }));
        return run;
    }

    private static void Message(string name, IMessage message)
    {
        var raw = message.ToByteArray();
        Line(name, "as is", raw, raw, 0, 0);
        foreach (var provider in new[] { _zstd, _gzip })
            Way(name, provider.EncodingName, raw, bytes => Folded(provider, bytes), bytes => Unfolded(provider, bytes));
    }

    private static void Way(string name, string how, byte[] raw, Func<byte[], byte[]> make, Func<byte[], byte[]> read)
    {
        var made = make(raw);
        double Timed(Action run) => Figures.Median(Enumerable.Range(0, Rounds + 5).Select(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            run();
            return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }).Skip(5));
        Line(name, how, raw, made, Timed(() => make(raw)), Timed(() => read(made)));
    }

    private static void Line(string name, string how, byte[] raw, byte[] made, double makeUs, double readUs)
    {
        var pays = makeUs + readUs == 0 ? "" : made.Length >= raw.Length ? "never" : $"{(raw.Length - made.Length) * 8 / (makeUs + readUs):F0}";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {name,-29} {how,-15} {made.Length,8} {(double)made.Length / raw.Length,7:F3} {makeUs,8:F0} {readUs,8:F0}  {pays,10}"));
    }

    private static byte[] Zstd(byte[] bytes, int level)
    {
        using var compressor = new Compressor(level);
        return compressor.Wrap(bytes).ToArray();
    }

    private static byte[] UnZstd(byte[] bytes)
    {
        using var decompressor = new Decompressor();
        return decompressor.Unwrap(bytes).ToArray();
    }

    private static byte[] Folded(ICompressionProvider provider, byte[] bytes)
    {
        var folded = new MemoryStream();
        using (var stream = provider.CreateCompressionStream(folded, CompressionLevel.Fastest))
            stream.Write(bytes);
        return folded.ToArray();
    }

    private static byte[] Unfolded(ICompressionProvider provider, byte[] bytes)
    {
        var unfolded = new MemoryStream();
        using (var stream = provider.CreateDecompressionStream(new MemoryStream(bytes)))
            stream.CopyTo(unfolded);
        return unfolded.ToArray();
    }

    private static byte[] ByBytes(byte[] bytes, int width)
    {
        var count = bytes.Length / width;
        var moved = new byte[bytes.Length];
        for (var plane = 0; plane < width; plane++)
        {
            for (var i = 0; i < count; i++)
                moved[plane * count + i] = bytes[i * width + plane];
        }

        return moved;
    }

    private static byte[] Together(byte[] moved, int width)
    {
        var count = moved.Length / width;
        var bytes = new byte[moved.Length];
        for (var plane = 0; plane < width; plane++)
        {
            for (var i = 0; i < count; i++)
                bytes[i * width + plane] = moved[plane * count + i];
        }

        return bytes;
    }

    private sealed class CheckpointAt(int step) : IDenoiseObserver
    {
        public byte[] Bytes { get; private set; } = [];

        public void Stepped(int step)
        {
        }

        public bool WantsPreview(int step) => false;

        public void Preview(int step, float[] latent)
        {
        }

        public bool WantsCheckpoint(int at) => at == step;

        public void Checkpoint(DenoiseCheckpoint checkpoint) => Bytes = checkpoint.ToBytes();
    }
}
