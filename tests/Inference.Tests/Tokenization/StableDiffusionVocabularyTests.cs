using Aigc.Inference.Tokenization;

namespace Aigc.Inference.Tests.Tokenization;

public sealed class StableDiffusionVocabularyTests
{
    private static readonly Lazy<ClipTokenizer> _tokenizer = new(() => ClipTokenizer.Load(ClipVocabularyTheoryAttribute.Folder!));

    // The ids come from a separate implementation of CLIP's simple_tokenizer over the same vocabulary.
    public static TheoryData<string, string> Prompts => new()
    {
        { "a photo of an astronaut riding a horse on mars", "320 1125 539 550 18376 6765 320 4558 525 7496" },
        { "", "" },
        { "a red circle", "320 736 7117" },
        { "A RED Circle", "320 736 7117" },
        { "  a\t\tred \n circle  ", "320 736 7117" },
        { "caf\u00e9", "15304" },
        { "cafe\u0301", "15304" },
        { "CAFE\u0301", "15304" },
        { "stra\u00dfe STRA\u1e9eE", "1894 127 253 324 1894 127 253 324" },
        { "it's we'll IT'S", "585 568 649 1342 585 568" },
        { "2024 2", "273 271 273 275 273" },
        { "\ud83d\ude00\ud83d\ude00 \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67", "34503 25023 26304 964 356" },
        { "\u4f60\u597d\uff0c\u4e16\u754c", "47466 254 29290 377 171 120 490 19759 244 163 243 490" },
        { "\u041f\u0420\u0418\u0412\u0415\u0422 \u043f\u0440\u0438\u0432\u0435\u0442", "26302 16370 29503 110 22176 141 480 26302 16370 29503 110 22176 141 480" },
        { "wow!!!... ok?!", "2781 11194 678 2481 2835" },
        { "a<|endoftext|>b", "320 49407 321" },
        { "a <|ENDOFTEXT|> <|startoftext|>", "320 49407 49406" },
        { "<|endoftext", "27 347 40786 4160" },
        { "\u0130stanbul ISTANBUL \u0131", "328 16384 11231 12258 41901" },
        { "\ud801\udc00\ud801\udc01 \ud835\udc9c", "172 238 238 101 172 238 238 358 43387 506" },
        { "\ud840\udc00\u4e00 x", "172 254 222 222 19759 478 343" },
        { "q\u0307\u0323 s\u0323\u0307", "336 136 96 16384 157 117 358" },
        { "\u1112\u1161\u11ab\u1100\u1173\u11af \ud55c\uae00", "15197 250 32495 478 15197 250 32495 478" },
        { "\u212b \u2126 \u212a", "127 354 38065 330" },
        { "\ufb01ne \u00b2 \u00bd \u2167", "171 105 223 1422 41175 33613 158 227 371" },
        { "don\u2019t 'tis ''ll '\u017f", "847 728 503 339 713 533 8445 865 6 129 379" },
        { "a\u00a0red\u3000circle\u2028the\u200bover\ufeff", "320 736 7117 518 9844 962 171 119 379" },
        { "under_score a-b photo_graph", "1798 318 4431 320 268 321 1125 318 4407" },
        { "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u0928\u092e\u0938\u094d\u0924\u0947", "12973 18843 10948 16378 12046 20915 3124 101 48254 28505 19389 27263 25130" },
        { "\u00c9TUDE photographs", "3459 764 654 15759" },
        { "\u0000\u001f a\u007f", "188 475 320 477" },
        { "\u0958 \u0915\u093c \u0344 a\u0344", "22067 3124 376 22067 3124 376 136 230 136 479 47276 136 479" },
    };

    [ClipVocabularyTheory]
    [MemberData(nameof(Prompts))]
    public void Encode_Prompt_GivesTheIdsOfTheReference(string prompt, string expected)
    {
        var ids = _tokenizer.Value.Encode(prompt).Ids.ToArray();

        var body = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray();
        Assert.Equal([49406, .. body, .. Enumerable.Repeat(49407, 76 - body.Length)], ids);
    }
}
