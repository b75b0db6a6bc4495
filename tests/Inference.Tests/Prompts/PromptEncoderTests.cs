using System.Runtime.InteropServices;
using Aigc.Inference.Faults;
using Aigc.Inference.Models;
using Aigc.Inference.Prompts;
using Aigc.Inference.Tests.Tokenization;
using Aigc.TestKit;

namespace Aigc.Inference.Tests.Prompts;

public sealed class PromptEncoderTests : IDisposable
{
    // Of the counting model: 8 numbers, 8 ids, and what an entry takes beside.
    private const long Entry = 8 * 4 + 8 * 4 + EmbeddingCache.EntryBytes;

    private readonly TinyVocabulary _vocabulary = new();
    private readonly CountingModel _model = new();

    public void Dispose()
    {
        _vocabulary.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void Encode_SamePromptTwice_AsksTheModelOnce()
    {
        var encoder = Encoder(room: 4);
        var encoded = encoder.Encode(["red", "circle", "red"], default);
        Assert.Equal(["red", "circle", "red"], encoded.Select(e => e.Text));
        Assert.Equal((0, 2), (encoder.Hits, encoder.Misses));
        encoder.Encode(["circle", "red"], default);
        Assert.Equal(2, _model.Asked.Count);
        Assert.Equal((2, 2), (encoder.Hits, encoder.Misses));
        Assert.Same(Numbers(encoded[0]), Numbers(encoder.Encode(["red"], default)[0]));
    }

    [Fact]
    public void Encode_TextsOfTheSameTokens_ShareAnEmbeddingAndKeepTheirText()
    {
        var encoder = Encoder(room: 4);
        var encoded = encoder.Encode(["red circle", "RED  Circle"], default);
        Assert.Equal(["red circle", "RED  Circle"], encoded.Select(e => e.Text));
        Assert.Same(Numbers(encoded[0]), Numbers(encoded[1]));
        Assert.Single(_model.Asked);
    }

    [Fact]
    public void Encode_PromptsThatDifferInOneToken_AreKeptApart()
    {
        var encoded = Encoder(room: 4).Encode(["red circle", "red circles", "red circle circle"], default);
        Assert.Equal(3, _model.Asked.Distinct().Count());
        Assert.Equal(3, encoded.Select(e => string.Join(' ', e.Embedding.ToArray())).Distinct().Count());
    }

    [Fact]
    public void Encode_MoreBytesThanItMayKeep_ForgetsTheOneUsedLongestAgo()
    {
        var encoder = Encoder(room: 2);
        encoder.Encode(["red", "circle"], default);
        Assert.Equal(2 * Entry, encoder.Bytes);
        encoder.Encode(["red"], default);
        encoder.Encode(["square"], default);
        encoder.Encode(["red", "square"], default);
        Assert.Equal(3, _model.Asked.Count);
        encoder.Encode(["circle"], default);
        Assert.Equal(4, _model.Asked.Count);
        Assert.Equal(2 * Entry, encoder.Bytes);
    }

    [Fact]
    public void Encode_OneByteTooFew_KeepsOneFewer()
    {
        var encoder = new PromptEncoder([_vocabulary.Load()], _model, new PromptCacheOptions { MaxBytes = 2 * Entry - 1 });
        encoder.Encode(["red", "circle", "square"], default);
        Assert.Equal(Entry, encoder.Bytes);
        encoder.Encode(["square"], default);
        Assert.Equal(3, _model.Asked.Count);
    }

    [Fact]
    public void Encode_NoRoomForAny_StillAnswers()
    {
        var encoder = Encoder(room: 0);
        encoder.Encode(["red"], default);
        encoder.Encode(["red"], default);
        Assert.Equal(2, _model.Asked.Count);
        Assert.Equal(0, encoder.Bytes);
    }

    [Fact]
    public async Task Encode_ManyThreadsAskForOnePrompt_ItIsWorkedOutOnce()
    {
        var hold = _model.Hold = new SyncPoint();
        var encoder = Encoder(room: 4);
        var asking = Enumerable.Range(0, 8).Select(_ => Started(() => encoder.Encode(["red"], default)[0])).ToArray();
        await hold.WaitForSyncPoint();
        // Another prompt need not wait for it.
        encoder.Encode(["circle"], default);
        hold.Continue();
        var encoded = await Task.WhenAll(asking);
        Assert.Equal(2, _model.Asked.Count);
        Assert.Single(encoded.Select(Numbers).Distinct());
        Assert.Equal((7, 2), (encoder.Hits, encoder.Misses));
    }

    [Fact]
    public async Task Encode_TheOneWhoWorksItOutIsCancelled_AnotherDoesItInstead()
    {
        using var cancel = new CancellationTokenSource();
        var hold = _model.Hold = new SyncPoint();
        var encoder = Encoder(room: 4);
        var first = Started(() => encoder.Encode(["red"], cancel.Token));
        await hold.WaitForSyncPoint();
        var second = Started(() => encoder.Encode(["red"], default)[0]);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(8, (await second).Embedding.Length);
        Assert.Equal(2, _model.Asked.Count);
    }

    [Fact]
    public async Task Encode_OneWhoWaitsIsCancelled_TheOthersGetTheirs()
    {
        using var cancel = new CancellationTokenSource();
        var hold = _model.Hold = new SyncPoint();
        var encoder = Encoder(room: 4);
        var first = Started(() => encoder.Encode(["red"], default));
        await hold.WaitForSyncPoint();
        var waiting = Started(() => encoder.Encode(["red"], cancel.Token));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        hold.Continue();
        Assert.Single(await first);
        Assert.Single(_model.Asked);
    }

    [Fact]
    public void Encode_ModelFails_TheFaultIsToldAndNotRemembered()
    {
        _model.Fault = new InferenceException(InferenceFault.BadModel, "torn");
        var encoder = Encoder(room: 4);
        Assert.Equal("torn", Assert.Throws<InferenceException>(() => encoder.Encode(["red"], default)).Message);
        Assert.Single(encoder.Encode(["red"], default));
        Assert.Equal((0, 2), (encoder.Hits, encoder.Misses));
    }

    [Fact]
    public void Encode_TwoTokenizers_TheModelGetsTheIdsOfBothEachPaddedInItsOwnWay()
    {
        using var other = new TinyVocabulary();
        other.Write("tokenizer_config.json", """{"pad_token": "!"}""");
        var encoder = new PromptEncoder([_vocabulary.Load(), other.Load()], _model);
        var encoded = encoder.Encode(["red"], default)[0];
        var (red, start, end, pad) = ((int)encoded.Tokens.Ids.Span[1], _vocabulary.Size - 2, _vocabulary.Size - 1, (int)'!');
        Assert.Equal(
            [$"{start} {red} {end} {end} {end} {end} {end} {end} | {start} {red} {end} {pad} {pad} {pad} {pad} {pad}"], _model.Asked);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("  \n", 0)]
    [InlineData("red", 1)]
    [InlineData("<|endoftext|>", 1)]
    public void Encode_ModelForcesZeros_OnlyAPromptWithoutATokenIsZeros(string prompt, int asked)
    {
        using var model = new CountingModel
        {
            Description = new ModelDescription("zeros", 8, 1, 4, 8, 128, 0) { PooledWidth = 3, ForceZerosForEmptyPrompt = true },
        };
        var encoded = new PromptEncoder([_vocabulary.Load()], model).Encode([prompt], default)[0];
        Assert.Equal(asked, model.Asked.Count);
        if (asked == 0)
            Assert.Equal(new float[11], encoded.Embedding.ToArray());
    }

    [Fact]
    public async Task Fetch_SharedByAnother_AsksTheModelNothing()
    {
        var shared = new NotingEmbeddings();
        var encoder = Encoder(room: 4);
        var known = Encoder(room: 4).Encode(["red"], shared, "digest", default)[0].Embedding.ToArray();
        Assert.Single(_model.Asked);

        await encoder.FetchAsync(["red", "red", "circle"], shared, "digest", default);

        Assert.Equal(known, encoder.TryRecall(["red"])![0].Embedding.ToArray());
        Assert.Null(encoder.TryRecall(["circle"]));
        Assert.Single(_model.Asked);
        Assert.Equal((1, 0), (encoder.Shared, encoder.Misses));
        // What is remembered is not asked for again.
        Assert.Equal(2, shared.Asked.Count);
        await encoder.FetchAsync(["red"], shared, "digest", default);
        Assert.Equal(2, shared.Asked.Count);
    }

    [Fact]
    public async Task Fetch_OfAnotherModel_FindsNothing()
    {
        var shared = new NotingEmbeddings();
        Encoder(room: 4).Encode(["red"], shared, "digest", default);
        var encoder = Encoder(room: 4);
        await encoder.FetchAsync(["red"], shared, "other digest", default);
        Assert.Null(encoder.TryRecall(["red"]));
    }

    [Fact]
    public void Encode_Shared_GivesAwayWhatTheModelWasAskedForAlone()
    {
        var shared = new NotingEmbeddings();
        var encoder = Encoder(room: 4);
        encoder.Encode(["red", "circle"], shared, "digest", default);
        encoder.Encode(["red"], shared, "digest", default);
        Assert.Equal(2, shared.Given);
        Assert.Equal(2, shared.Known.Count);
        Assert.All(shared.Known.Keys, key => Assert.Equal(("digest", 8), (key.ModelDigest, key.Length)));
    }

    [Fact]
    public async Task Fetch_NothingIsRemembered_AsksNobody()
    {
        var shared = new NotingEmbeddings();
        await Encoder(room: 0).FetchAsync(["red"], shared, "digest", default);
        Assert.Empty(shared.Asked);
    }

    private PromptEncoder Encoder(int room) => new([_vocabulary.Load()], _model, new PromptCacheOptions { MaxBytes = room * Entry });

    // A thread of its own: those that wait would otherwise keep the pool from starting the others.
    private static Task<T> Started<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static float[] Numbers(EncodedPrompt encoded) =>
        MemoryMarshal.TryGetArray(encoded.Embedding, out var array) ? array.Array! : throw new InvalidOperationException();
}
