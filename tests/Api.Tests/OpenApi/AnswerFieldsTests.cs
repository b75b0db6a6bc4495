using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Aigc.Api.Hosts;
using Aigc.Api.Models;
using Aigc.Artifacts;
using Aigc.Pipeline;
using Aigc.Pipeline.Degrading;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Hosts;
using Aigc.Pipeline.Ledger;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>The schemas of answers have the fields and words of the records that are answered.</summary>
public sealed class AnswerFieldsTests
{
    public static TheoryData<string, Type, string?> Records => new()
    {
        { "Job", typeof(JobStatus), null },
        { "JobRequest", typeof(GenerationJob), null },
        { "Degradation", typeof(Degradation), null },
        { "Picture", typeof(PictureResult), "url" },
        { "BasePicture", typeof(BasePicture), "url" },
        { "PreviewPicture", typeof(PreviewPicture), "url" },
        { "PlanDecision", typeof(PlanDecision), null },
        { "JobProgress", typeof(JobProgress), null },
        { "TimeLedger", typeof(TimeLedger), null },
        { "JobFault", typeof(JobFault), null },
        { "PictureFailure", typeof(PictureFailure), null },
        { "LoadedModel", typeof(ModelAnswer), null },
        { "HostList", typeof(HostsAnswer), null },
        { "HostReport", typeof(HostReport), null },
    };

    [Theory]
    [MemberData(nameof(Records))]
    public async Task Schema_OfARecord_HasItsFields(string component, Type record, string? more)
    {
        var described = await Described.ServerAsync();

        var fields = described.Fields(component).Select(field => field.Name);
        Assert.Equal(Names(record).Concat(more is null ? [] : [more]).Order(), fields.Order());
    }

    [Fact]
    public async Task Schema_OfOneRequest_HasItsFields()
    {
        var described = await Described.ServerAsync();
        var request = described.Component("JobRequest").GetProperty("properties").GetProperty("requests").GetProperty("items");

        Assert.Equal(
            Names(typeof(GenerationRequest)).Order(),
            request.GetProperty("properties").EnumerateObject().Select(field => field.Name).Order());
    }

    [Fact]
    public async Task Schema_Words_AreThoseOfTheEnums()
    {
        var described = await Described.ServerAsync();

        Assert.Equal(Words(Enum.GetValues<JobState>()), Words(described, "Job", "state"));
        Assert.Equal(Words(Enum.GetValues<ChainPlan>()), Words(described, "PlanDecision", "plan"));
        Assert.Equal(Words(Enum.GetValues<ChainPlan>()), Words(described, "JobRequest", "plan"));
        Assert.Equal(Words(Enum.GetValues<Concession>()), Words(described, "Degradation", "what"));
        Assert.Equal(Words(Enum.GetValues<HostCondition>()), Words(described, "HostReport", "state"));
        Assert.Equal(Enum.GetNames<FaultKind>(), Words(described, "JobFault", "kind"));
    }

    private static IEnumerable<string> Names(Type record) => InfoOf(record).Properties
        .Where(property => property.Get is not null)
        .Select(property => property.Name);

    // The model's and the hosts' routes write what only they answer.
    private static JsonTypeInfo InfoOf(Type record) =>
        PipelineJson.Default.GetTypeInfo(record) ?? JsonSerializerOptions.Web.GetTypeInfo(record);

    private static IEnumerable<string> Words<T>(T[] values) =>
        values.Select(value => JsonSerializer.SerializeToElement(value).GetString()!);

    private static IEnumerable<string> Words(Described described, string component, string field) =>
        described.Component(component).GetProperty("properties").GetProperty(field).GetProperty("enum").EnumerateArray()
            .Select(one => one.GetString()!);
}
