using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aigc.Api.Access;
using Aigc.Artifacts;
using Aigc.Conformance;
using Aigc.Pipeline.Engine;
using Aigc.TestKit;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>Has an operation answer with a status.</summary>
internal sealed class Provocation(ServedApi api, string operation)
{
    public const string Key = "one-key-that-is-long-enough";

    public async Task<HttpResponseMessage> SendAsync(int status) => (operation, status) switch
    {
        (_, 403) => await SendAsync(request => request.Headers.Host = "evil.example"),
        (_, 401 or 500 or 503 or 504 or 507) => await SendAsync(_ => { }),
        (_, 429) => await SecondAsync(),
        ("startGeneration", 200) => await SendAsync(request => request.RequestUri = new Uri("api/generations?wait=60", UriKind.Relative)),
        ("startGeneration", 400) => await SendAsync(request => request.Content = Json("""{"prompt":"a","n":0}""")),
        ("deleteGeneration", 400) =>
            await SendAsync(request => request.RequestUri = new Uri("api/generations/nothing?artifacts=all", UriKind.Relative)),
        ("startGeneration", 409) => await OtherUnderTheSameKeyAsync(),
        ("startGeneration" or "generateImages", 413) =>
            await SendAsync(request => request.Content = Json(new string(' ', (256 << 10) + 1))),
        ("startGeneration", 415) => await SendAsync(request => request.Content = Json("a", "text/plain")),
        ("listGenerations" or "listGenerationsHead", 400) =>
            await SendAsync(request => request.RequestUri = new Uri("api/generations?limit=0", UriKind.Relative)),
        ("getArtifact" or "getArtifactHead", _) => await ArtifactAsync(status),
        ("storePicture", 400) => await SendAsync(request => request.Content = Requests.File([1, 2, 3])),
        ("storePicture", 413) => await LongAsync((20 << 20) + 1, "image/png"),
        ("editImage", 413) => await LongAsync((65 << 20) + 1, "multipart/form-data; boundary=b"),
        ("generateImages", 400) => await SendAsync(request => request.Content = Json("""{"prompt":"a","n":0}""")),
        ("generateImages", 404) => await SendAsync(request => request.Content = Json("""{"prompt":"a","model":"other"}""")),
        ("editImage", 400) => await SendAsync(request => request.Content = Requests.Form(new JsonObject { ["prompt"] = "a" })),
        ("editImage", 404) => await SendAsync(
            request => request.Content = Requests.Form(new JsonObject { ["prompt"] = "a", ["model"] = "other", ["image"] = "" })),
        ("generateImages" or "editImage", 409) => await CancelledAsync(),
        ("getModel", 200) => await api.Client.SendAsync(Requests.Plain(operation, "tiny")),
        ("cancelGeneration", 202) or ("deleteGeneration", 409) => await WhileRunningAsync(),
        ("followGeneration", 204) => await SendAsync(
            request => request.Headers.Add("Last-Event-ID", "1.done"), await EndedAsync()),
        ("getGeneration" or "getGenerationHead" or "followGeneration", 200) or ("deleteGeneration", 204) or ("cancelGeneration", 409) =>
            await SendAsync(_ => { }, await EndedAsync()),
        _ => await SendAsync(_ => { }),
    };

    /// <summary>A server of which an operation answers with a status.</summary>
    public static ServedParts Parts(string operation, int status) => status switch
    {
        401 or 429 => new ServedParts
        {
            Access = new AccessOptions { Keys = [ApiKey.Parse("one", Key, mayBePlain: true)], RequestsPerMinute = 1 },
        },
        500 => Faulty(operation, FaultKind.Internal),
        503 when operation == "isReady" => new ServedParts { Ready = false },
        503 => Faulty(operation, FaultKind.Unavailable),
        504 => Faulty(operation, FaultKind.DeadlineExceeded),
        507 => Faulty(operation, FaultKind.OutOfSpace),
        _ => new ServedParts(),
    };

    /// <summary>A server of which whatever an operation asks fails.</summary>
    public static ServedParts Faulty(string operation, FaultKind kind)
    {
        var fault = new FaultException(kind, "no");
        return operation switch
        {
            "getArtifact" or "getArtifactHead" or "storePicture" => new ServedParts { Store = new FaultyStore(fault) },
            "listHosts" or "listHostsHead" => new ServedParts { Monitor = new FaultyMonitor(fault) },
            "listModels" or "getModel" or "getLoadedModel" or "getLoadedModelHead" =>
                new ServedParts { Stages = _ => new ConformanceStages { DescribeFault = () => fault } },
            _ => new ServedParts { Engine = new FaultyEngine(fault) },
        };
    }

    private static StringContent Json(string text, string type = "application/json") => new(text, System.Text.Encoding.UTF8, type);

    private async Task<HttpResponseMessage> SendAsync(Action<HttpRequestMessage> change, string id = "nothing")
    {
        var request = Requests.Plain(operation, id);
        change(request);
        return await api.Client.SendAsync(request);
    }

    private async Task<HttpResponseMessage> SecondAsync()
    {
        (await SendAsync(request => request.Headers.Add("x-api-key", Key))).Dispose();
        return await SendAsync(request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key));
    }

    private async Task<HttpResponseMessage> OtherUnderTheSameKeyAsync()
    {
        (await SendAsync(request => request.Headers.Add("Idempotency-Key", "k"))).Dispose();
        return await SendAsync(request =>
        {
            request.Headers.Add("Idempotency-Key", "k");
            request.Content = Json("""{"prompt":"b"}""");
        });
    }

    // Refused by its length, before a byte of it is sent.
    private async Task<HttpResponseMessage> LongAsync(int length, string type)
    {
        using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) };
        using var client = new HttpClient(handler) { BaseAddress = api.Client.BaseAddress };
        var request = Requests.Plain(operation);
        request.Headers.ExpectContinue = true;
        request.Content = new ByteArrayContent([])
        {
            Headers = { ContentType = MediaTypeHeaderValue.Parse(type), ContentLength = length },
        };
        return await client.SendAsync(request);
    }

    private async Task<HttpResponseMessage> ArtifactAsync(int status)
    {
        var id = status switch { 400 => "..%2F..%2Fetc", 404 => "pictures/none.png", _ => "notes/a.png" };
        if (status is 200 or 206 or 302 or 304 or 416)
            await api.Store.PutAsync(id, "image/png", new byte[] { 1, 2, 3 });
        return await SendAsync(
            request =>
            {
                if (status == 304)
                    request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
                if (status is 206 or 416)
                    request.Headers.Range = status == 206 ? new RangeHeaderValue(0, 1) : new RangeHeaderValue(10, 20);
            },
            id);
    }

    private async Task<string> EndedAsync()
    {
        using var answer = await api.Client.SendAsync(Requests.Post("api/generations?wait=60", """{"prompt":"a"}"""));
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("id").GetString()!;
    }

    private async Task<HttpResponseMessage> WhileRunningAsync()
    {
        var point = api.Storing.Enhancing = new SyncPoint();
        using var started = await api.Client.SendAsync(Requests.Plain("startGeneration"));
        await point.WaitForSyncPoint();
        var answer = await SendAsync(_ => { }, started.Headers.Location!.ToString().Split('/')[^1]);
        point.Continue();
        return answer;
    }

    private async Task<HttpResponseMessage> CancelledAsync()
    {
        var point = api.Storing.Enhancing = new SyncPoint();
        var asked = SendAsync(_ => { });
        await point.WaitForSyncPoint();
        await api.Engine.CancelAsync((await api.Engine.ListAsync(JobState.Running)).Jobs.Single().Id);
        return await asked;
    }
}
