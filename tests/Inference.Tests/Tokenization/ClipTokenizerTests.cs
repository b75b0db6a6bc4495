using Aigc.Inference.Faults;
using Aigc.Inference.Tokenization;

namespace Aigc.Inference.Tests.Tokenization;

public sealed class ClipTokenizerTests : IDisposable
{
    private readonly TinyVocabulary _vocabulary = new();

    // The ids come from a separate implementation of CLIP's simple_tokenizer over the same vocabulary.
    public static TheoryData<string, string> TrickyPrompts => new()
    {
        { "", "" },
        { "a red circle", "353 513 518" },
        { "A RED Circle", "353 513 518" },
        { "  a\t\tred \n circle  ", "353 513 518" },
        { "caf\u00e9", "536" },
        { "cafe\u0301", "536" },
        { "CAFE\u0301", "536" },
        { "stra\u00dfe STRA\u1e9eE", "542 542" },
        { "it's we'll IT'S", "105 372 543 119 357 545 105 372 543" },
        { "2024 2", "306 304 306 308 306" },
        { "\ud83d\ude00\ud83d\ude00 \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67", "557 128 558 556 145 168 226 128 141 556 145 169 226 128 141 556 145 423" },
        { "\u4f60\u597d\uff0c\u4e16\u754c", "563 239 188 396 228 184 150 231 149 396" },
        { "\u041f\u0420\u0418\u0412\u0415\u0422 \u043f\u0440\u0438\u0432\u0435\u0442", "574 574" },
        { "wow!!!... ok?!", "119 111 375 33 33 33 547 111 363 63 289" },
        { "a<|endoftext|>b", "353 589 354" },
        { "a <|ENDOFTEXT|> <|startoftext|>", "353 589 588" },
        { "<|endoftext", "60 380 101 110 100 111 102 116 101 120 372" },
        { "\u0130stanbul ISTANBUL \u0131", "361 204 391 537 97 110 98 117 364 105 537 97 110 98 117 364 196 433" },
        { "\ud801\udc00\ud801\udc01 \ud835\udc9c", "240 144 144 168 240 144 144 425 240 157 146 412" },
        { "\ud840\udc00\u4e00 x", "240 160 128 128 228 184 384 376" },
        { "q\u0307\u0323 s\u0323\u0307", "369 204 163 204 391 225 185 425" },
        { "\u1112\u1161\u11ab\u1100\u1173\u11af \ud55c\uae00", "237 149 156 234 184 384 237 149 156 234 184 384" },
        { "\u212b \u2126 \u212a", "195 421 207 393 363" },
        { "\ufb01ne \u00b2 \u00bd \u2167", "239 172 129 110 357 194 434 194 445 226 133 439" },
        { "don\u2019t 'tis ''ll '\u017f", "100 111 366 226 128 409 372 39 372 105 371 39 295 108 364 39 197 447" },
        { "a\u00a0red\u3000circle\u2028the\u200bover\ufeff", "353 513 518 529 226 128 395 532 239 187 447" },
        { "under_score a-b photo_graph", "117 110 100 101 370 351 115 99 111 114 357 353 301 354 527 351 103 114 97 112 360" },
        { "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u0928\u092e\u0938\u094d\u0924\u0947", "216 167 217 132 216 185 216 177 216 168 217 138 216 425 224 164 168 224 164 174 224 164 440 224 165 397 224 164 420 224 165 391" },
        { "\u00c9TUDE photographs", "587 578 524 371" },
        { "\u0000\u001f a\u007f", "0 287 353 383" },
        { "\u0958 \u0915\u093c \u0344 a\u0344", "224 164 405 224 164 444 224 164 405 224 164 444 204 136 204 385 195 420 204 385" },
    };

    private int StartId => _vocabulary.Size - 2;

    private int EndId => _vocabulary.Size - 1;

    public void Dispose() => _vocabulary.Dispose();

    [Theory]
    [MemberData(nameof(TrickyPrompts))]
    public void Encode_TrickyPrompt_GivesTheIdsOfTheReference(string prompt, string expected)
    {
        var encoded = _vocabulary.Load().Encode(prompt);

        var ids = encoded.Ids.ToArray();
        var body = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray();
        Assert.Equal([StartId, .. body, .. Enumerable.Repeat(EndId, 76 - body.Length)], ids);
        Assert.Equal(body.Length + 2, encoded.TokenCount);
        Assert.False(encoded.Truncated);
    }

    [Fact]
    public void Encode_PromptThatJustFits_IsNotTruncated()
    {
        var encoded = _vocabulary.Load().Encode("red red red", length: 5);

        Assert.Equal(5, encoded.TokenCount);
        Assert.Null(encoded.Dropped);
        Assert.Equal(EndId, encoded.Ids.Span[^1]);
    }

    [Theory]
    [InlineData("red circle the square", 4, 6, 11, "the square")]
    [InlineData("red circle  the", 2, 5, 0, "red circle  the")]
    [InlineData("  RED photo_red", 4, 6, 11, "_red")]
    [InlineData("cafe\u0301 cafe\u0301  the circle!", 4, 7, 13, "the circle!")]
    [InlineData("red ab the", 4, 6, 5, "b the")]
    [InlineData("\U0001F600 red \U0001F600 red", 4, 6, 7, "\U0001F600 red")]
    public void Encode_PromptTooLong_TellsWhatWasDroppedAndWhere(string prompt, int length, int count, int index, string text)
    {
        var encoded = _vocabulary.Load().Encode(prompt, length);

        Assert.Equal(count, encoded.TokenCount);
        Assert.True(encoded.Truncated);
        Assert.Equal(new DroppedText(index, text), encoded.Dropped);
        Assert.Equal(length, encoded.Ids.Length);
        Assert.Equal(StartId, encoded.Ids.Span[0]);
        Assert.Equal(EndId, encoded.Ids.Span[^1]);
    }

    [Fact]
    public void Encode_VeryLongPrompt_KeepsItsFirst75Tokens()
    {
        var tokenizer = _vocabulary.Load();

        var encoded = tokenizer.Encode(string.Join(' ', Enumerable.Repeat("circle square", 5000)));

        Assert.Equal(10_002, encoded.TokenCount);
        var whole = tokenizer.Encode(string.Join(' ', Enumerable.Repeat("circle square", 38)), 78).Ids.Span;
        Assert.True(encoded.Ids.Span[..76].SequenceEqual(whole[..76]));
    }

    [Fact]
    public void Encode_LoneSurrogate_CountsAsReplacementCharacter()
    {
        var tokenizer = _vocabulary.Load();

        Assert.Equal(tokenizer.Encode("red \uFFFD").Ids.ToArray(), tokenizer.Encode("red \uD800").Ids.ToArray());
    }

    [Fact]
    public void Encode_ByManyThreads_GivesTheSameIds()
    {
        var tokenizer = _vocabulary.Load();
        var prompts = Enumerable.Range(0, 64).Select(i => $"a red circle {i} over the photo{i % 7} caf\u00e9").ToArray();
        var expected = prompts.Select(prompt => _vocabulary.Load().Encode(prompt).Ids.ToArray()).ToArray();

        Parallel.For(0, 2000, i => Assert.Equal(expected[i % 64], tokenizer.Encode(prompts[i % 64]).Ids.ToArray()));
    }

    [Theory]
    [InlineData("special_tokens_map.json", """{ "pad_token": "!" }""", 33)]
    [InlineData("special_tokens_map.json", """{ "pad_token": { "content": "!", "special": true } }""", 33)]
    [InlineData("tokenizer_config.json", """{ "pad_token": "!" }""", 33)]
    [InlineData("tokenizer_config.json", """{ "model_max_length": 77 }""", 589)]
    [InlineData("tokenizer_config.json", """{ "pad_token": null }""", 589)]
    public void Encode_FolderNamesAPadToken_PadsWithIt(string file, string json, int padId)
    {
        _vocabulary.Write(file, json);

        var ids = _vocabulary.Load().Encode("red").Ids.ToArray();

        Assert.Equal(EndId, ids[2]);
        Assert.All(ids[3..], id => Assert.Equal(padId, id));
    }

    [Fact]
    public void Encode_BothFilesNameAPadToken_TheMapWins()
    {
        _vocabulary.Write("special_tokens_map.json", """{ "pad_token": "!" }""");
        _vocabulary.Write("tokenizer_config.json", """{ "pad_token": "<|endoftext|>" }""");

        Assert.Equal(33, _vocabulary.Load().Encode("").Ids.Span[^1]);
    }

    [Theory]
    [InlineData("vocab.json", "{ \"a\": 0", "vocab.json is not a JSON object")]
    [InlineData("vocab.json", "{ \"a\": 0, \"b\": 0 }", "one id to two tokens")]
    [InlineData("vocab.json", "{ \"a\": 0 }", "lacks byte token")]
    [InlineData("merges.txt", "#version: 0.2\nr e\nno-such-merge", "merges.txt line 3")]
    [InlineData("merges.txt", "#version: 0.2\nz q", "merges.txt line 2")]
    [InlineData("special_tokens_map.json", """{ "pad_token": 5 }""", "special_tokens_map.json does not name")]
    [InlineData("special_tokens_map.json", "", "special_tokens_map.json does not name")]
    [InlineData("special_tokens_map.json", """{ "pad_token": "[PAD]" }""", "vocab.json has no token '[PAD]'")]
    public void Load_DamagedFile_NamesTheFileAndTheFault(string file, string text, string expected)
    {
        _vocabulary.Write(file, text);

        var fault = Assert.Throws<InferenceException>(_vocabulary.Load);

        Assert.Equal(InferenceFault.BadModel, fault.Kind);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Contains("; ", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vocab.json")]
    [InlineData("merges.txt")]
    public void Load_MissingFile_NamesIt(string file)
    {
        File.Delete(Path.Combine(_vocabulary.Folder, file));

        var fault = Assert.Throws<InferenceException>(_vocabulary.Load);

        Assert.Equal(InferenceFault.BadModel, fault.Kind);
        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
    }
}
