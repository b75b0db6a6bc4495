using Aigc.Pipeline.Degrading;
using Aigc.Pipeline.Requests;
using Microsoft.OpenApi;
using static Aigc.Api.OpenApi.Fields;

namespace Aigc.Api.OpenApi.Jobs;

/// <summary>What answers say of jobs and pictures.</summary>
internal static class JobSchemas
{
    public const string Job = "Job";
    public const string Page = "JobPage";
    public const string Accepted = "AcceptedJob";
    public const string Request = "JobRequest";
    public const string Picture = "Picture";
    public const string Base = "BasePicture";
    public const string Preview = "PreviewPicture";
    public const string Plan = "PlanDecision";
    public const string Progress = "JobProgress";
    public const string Ledger = "TimeLedger";
    public const string Fault = "JobFault";
    public const string Degradation = "Degradation";
    public const string Failure = "PictureFailure";

    public const string IdExample = "4be4a3f0d2f54c1c9d6a8c1f1be5b2f7";

    public const string ReferencePattern = "^artifact:v1:[0-9a-f]{64}:[0-9]+:[a-z0-9._/-]{1,200}:[^:/]+/[^:/]+(:.+)?$";

    public static readonly string[] States = ["running", "completed", "failed", "cancelled"];

    public static readonly string[] Plans = ["fused", "split", "staged"];

    private const string PlanWords =
        "`fused`: one call runs the whole chain; `split`: one call generates, another enhances, and the pictures can be looked at "
        + "in between; `staged`: a call for each stage";

    public static IEnumerable<(string Name, OpenApiSchema Schema)> All()
    {
        yield return (Job, Status(Object("A job as it stands. Fields that have no value yet are left out.")));
        yield return (Page, Object("Some of the jobs there are, newest first.")
            .Has("generations", List("The jobs; there may be fewer than asked for although more follow.", Ref(Job)))
            .May("next", Text("Where the next page begins, for `after`. Left out on the last page.")));
        yield return (Accepted, Object("A job that was started and has not ended.")
            .Has("id", Id())
            .May("statusQueryGetUri", Management("answers the orchestration's status"))
            .May("sendEventPostUri", Management("sends the orchestration an event"))
            .May("terminatePostUri", Management("ends the orchestration"))
            .May("purgeHistoryDeleteUri", Management("forgets the orchestration"))
            .May("suspendPostUri", Management("suspends the orchestration"))
            .May("resumePostUri", Management("resumes the orchestration")));
        yield return (Request, Object("What was asked for, with its seeds drawn.")
            .Has("requests", List("The requests; one for each that the API takes.", OneRequest()))
            .May("plan", PlanName("The plan that the request insists on; left out where it leaves the choice"))
            .May("labels", Labels())
            .May("degrade", List("What may give way, first to last; left out where nothing may.", Concession("What")))
            .May("previewEverySteps", Whole("A preview after every so many denoising steps; left out for none.", min: 1, max: 1000)));
        yield return (Picture, Object("A finished picture.")
            .Has("index", Index())
            .Has("picture", Reference("Its bytes, as a reference."))
            .Has("seed", Whole("The seed of its noise: asking for it again makes the same picture.", min: 0, max: long.MaxValue))
            .Has("width", Whole("Its width as stored, in pixels.", min: 1))
            .Has("height", Whole("Its height as stored, in pixels.", min: 1))
            .Has("found", Flag("Whether an earlier request had made it, and nothing was computed."))
            .May("degraded", List("What of it gave way, in that order; left out where it is as it was asked for.", Ref(Degradation)))
            .Has("url", Url()));
        yield return (Degradation, Object("Something of a picture that gave way, as the request's `degrade` allowed.")
            .Has("what", Concession("What it was"))
            .Has("from", Text("What was asked for: `true`, a number of steps, or a size as in `512x512`."))
            .Has("to", Text("What the picture was made with in its place."))
            .Has("why", Text("The fault that it gave way to, one sentence for people.")));
        yield return (Base, Object("A generated picture whose enhancement is still to come: a PNG of its size before that.")
            .Has("index", Index()).Has("picture", Reference("Its bytes, as a reference.")).Has("url", Url()));
        yield return (Preview, Object(
            "A picture as it looked part of the way through its denoising: a WebP of its size before enhancement.")
            .Has("index", Index())
            .Has("step", Whole("Denoising steps done.", min: 1))
            .Has("picture", Reference("Its bytes, as a reference."))
            .Has("url", Url()));
        yield return (Plan, Object("Which plan a job runs, and why.")
            .Has("plan", PlanName("How the chain of stages is cut into calls"))
            .Has("reason", Text("One sentence, for people."))
            .Has("groupSize", Whole("How many pictures share a call.", min: 1)));
        yield return (Progress, Object("How far a job is.")
            .Has("pictures", Whole("Pictures asked for.", min: 1))
            .Has("picturesDone", Whole("Pictures finished, or found to be made already.", min: 0))
            .Has("steps", Whole("Denoising steps of all pictures that have to be made.", min: 0))
            .Has("stepsDone", Whole("Denoising steps done.", min: 0)));
        yield return (Ledger, TimeLedger());
        yield return (Fault, Object("Why a job, or a picture of it, failed.")
            .Has("kind", Choice("What sort of fault.", Enum.GetNames<Aigc.Artifacts.FaultKind>()))
            .Has("message", Text("One sentence for people: the thing at fault and what mends it.")));
        yield return (Failure, Object("A picture that was not made.").Has("index", Index()).Has("fault", Ref(Fault, "Why.")));
    }

    public static OpenApiSchema Concession(string description) => Choice(
        $"{description}: `enhance` leaves pictures at the size they are generated in; `steps` halves the denoising steps, to 4 at least; "
        + "`size` halves width and height, as far as the model goes; `model` turns to another, and is refused where there is one.",
        Enum.GetValues<Concession>().Select(Concessions.WordOf));

    public static OpenApiSchema Id() => Text("The job's id.", min: 1).Like(IdExample);

    public static OpenApiSchema Reference(string description) => Text(
        $"{description} It names bytes and is no address: `url` is where they are fetched, and the field `image` of a request takes it.",
        pattern: ReferencePattern);

    /// <summary>A job's status, but for what only the whole one has.</summary>
    public static OpenApiSchema Summary(OpenApiSchema schema) => schema
        .Has("id", Id())
        .Has("state", Choice("Where it stands: under way or waiting, or how it ended. Pictures finished before a fault or a cancellation "
            + "are kept.", States))
        .Has("createdAt", Time("When it was accepted."))
        .May("endedAt", Time("When it ended."))
        .Has("progress", Ref(Progress, "How far it is."))
        .May("plan", Ref(Plan, "The plan it runs, and why; left out until it is decided."))
        .Has("warnings", List("What the caller should know although the job went on, a sentence each.", Text("A sentence.")))
        .May("ledger", Ref(Ledger, "Where its time went. Left out while it runs, and where it was cancelled or stopped before its plan."))
        .May("fault", Ref(Fault, "Why it failed: the fault of the first of `failures`, if there are any."))
        .Has("ended", Flag("Whether it has ended, one way or another."));

    private static OpenApiSchema Status(OpenApiSchema schema) => Summary(schema)
        .Has("job", Ref(Request, "What was asked for, with its seeds drawn."))
        .Has("pictures", List("The pictures finished so far, by `index`.", Ref(Picture)))
        .Has("bases", List("Under the plan `split`, the pictures generated so far that are still to be enhanced, by `index`.", Ref(Base)))
        .Has("previews", List("The latest preview of each picture that is still being made, by `index`: at most 20.", Ref(Preview)))
        .Has("failures", List("The pictures that were not made, by `index`; none while it runs.", Ref(Failure)));

    private static OpenApiSchema OneRequest() => Object("Some pictures of one prompt. What is left out is as the model has it.")
        .Has("prompt", Text("What the pictures show."))
        .Has("negativePrompt", Text("What they should not show."))
        .Has("count", Whole("How many pictures; picture i has seed `seed` + i.", min: 1, max: RequestValidator.MaxCount))
        .May("width", Whole("Width before enhancement, in pixels.", min: 1))
        .May("height", Whole("Height before enhancement, in pixels.", min: 1))
        .May("steps", Whole("Denoising steps.", min: 1))
        .May("guidance", Number("Classifier-free guidance scale.", min: 0))
        .May("seed", Whole("The seed of the first picture's noise: drawn, where the request named none.", min: 0, max: long.MaxValue))
        .May("scheduler", Text("The scheduler's name."))
        .May("enhance", Flag("Whether the pictures go through super-resolution."))
        .May("image", Reference("The picture they start from."))
        .May("strength", Number("How much of it is made anew.", min: 0, max: 1))
        .Has("format", Choice("The file format.", ["png", "jpeg", "webp"]))
        .Has("quality", Whole("Quality of lossy formats.", min: 1, max: 100));

    private static OpenApiSchema TimeLedger()
    {
        var schema = Object("Where a job's time went, in milliseconds. Each moment counts once, so the parts add up to the total.");
        foreach (var (name, what) in ((string, string)[])
        [
            ("totalMs", "From acceptance to the end."),
            ("queueMs", "Waiting for the device."),
            ("loadMs", "Waiting for a model that was being loaded."),
            ("understandMs", "Prompt to embedding."),
            ("prepareMs", "Input picture to latent."),
            ("generateMs", "Denoising and decoding."),
            ("enhanceMs", "Super-resolution."),
            ("encodeMs", "Pixels to files, where no model computes meanwhile."),
            ("storeMs", "Hashing, writing and reading artifacts, where nothing above goes on meanwhile."),
            ("overheadMs", "The rest: what the chain itself cost."),
            ("computeMs", "Model compute: understand, prepare, generate and enhance."),
        ])
            schema.Has(name, Number($"{what} Milliseconds.", min: 0));
        return schema;
    }

    private static OpenApiSchema Labels()
    {
        var schema = Object("Notes of whoever started it, as the command line leaves them; the API sets none.");
        schema.AdditionalProperties = Text("A note.");
        return schema;
    }

    private static OpenApiSchema PlanName(string description) => Choice($"{description}: {PlanWords}.", Plans);

    private static OpenApiSchema Index() => Whole("Its place in the job, from 0.", min: 0);

    private static OpenApiSchema Url() => Text("Where its bytes are fetched: a path on this host.", format: "uri-reference");

    private static OpenApiSchema Management(string does) => Text($"On Azure Functions alone: the address that {does}.", format: "uri");
}
