namespace Aigc.Api.OpenApi.Jobs;

/// <summary>A job of one picture, as the shipped model makes it.</summary>
internal static class JobExamples
{
    public const string Picture = """
        {"index":0,
        "picture":"artifact:v1:c1d5a9b0e7f24c3d8a6b9e0f1d2c3b4a5968778695a4b3c2d1e0f9a8b7c6d5e4:31840:pictures/3f1d.png:image/png",
        "seed":7,"width":512,"height":512,"found":false,"url":"/api/artifacts/pictures/3f1d.png"}
        """;

    public const string Base = """
        {"index":0,"picture":"artifact:v1:a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b1:9120:bases/3f1d.png:image/png",
        "url":"/api/artifacts/bases/3f1d.png"}
        """;

    public const string Preview = """
        {"index":0,"step":10,
        "picture":"artifact:v1:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff:1204:previews/3f1d/0010.webp:image/webp",
        "url":"/api/artifacts/previews/3f1d/0010.webp"}
        """;

    public const string Summary = $$"""
        {{{State}},"progress":{"pictures":1,"picturesDone":0,"steps":20,"stepsDone":8},"warnings":[],"ended":false}
        """;

    public const string Completed = $$"""
        {"id":"{{JobSchemas.IdExample}}","state":"completed",
        "job":{"requests":[{"prompt":"a red circle","negativePrompt":"","count":1,"seed":7,"format":"png","quality":90}]},
        "createdAt":"2026-11-25T21:00:00+00:00","endedAt":"2026-11-25T21:00:01.2+00:00",
        "progress":{"pictures":1,"picturesDone":1,"steps":20,"stepsDone":20},"plan":{{Plan}},
        "pictures":[{{Picture}}],"bases":[],"previews":[],"failures":[],"warnings":[],
        "ledger":{"totalMs":1200.5,"queueMs":0.2,"loadMs":0,"understandMs":6.1,"prepareMs":0,"generateMs":940.2,"enhanceMs":231.7,
        "encodeMs":14.3,"storeMs":1.9,"overheadMs":6.1,"computeMs":1178},"ended":true}
        """;

    public const string Page = $$"""{"generations":[{{Completed}}],"next":"djEuNjM5MDAwMDAwMDAwMDAwMDAwLmE"}""";

    private const string Plan =
        """{"plan":"fused","reason":"one place has every stage, so a call between them could only cost time","groupSize":8}""";

    private const string State = $$"""
        "id":"{{JobSchemas.IdExample}}","state":"running","createdAt":"2026-11-25T21:00:00+00:00","plan":{{Plan}}
        """;
}
