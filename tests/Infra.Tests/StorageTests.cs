using System.Text.Json;
using Aigc.Artifacts;
using Aigc.Functions.Configuration;
using Aigc.GpuHost.Configuration;
using Aigc.TestKit;

namespace Aigc.Infra.Tests;

/// <summary>What is kept how long, under the names that the code gives it.</summary>
public sealed class StorageTests
{
    private static readonly PictureAddress _picture = new(new string('a', 64), "p", "", 64, 64, 1, 1, 1, "ddim");

    public static TheoryData<string> Environments => Deployment.Names;

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task LifecycleRules_CoverEveryNameThatTheCodeGives(string name)
    {
        var rules = Rules(await Deployment.OfAsync(name));
        string[] intermediates =
        [
            PictureAddress.Embedding(_picture.ModelDigest, "p"), PictureAddress.Latent(_picture.ModelDigest, new string('b', 64), 64, 64),
            _picture.Base, _picture.Preview(1), _picture.Checkpoint(1), "uploads/x.png",
        ];

        Assert.All(intermediates, artifact => Assert.Equal("intermediates", RuleOf(rules, artifact)));
        Assert.Equal("pictures", RuleOf(rules, _picture.Picture(false, "png", 0)));
        Assert.Equal("jobs", RuleOf(rules, "jobs/1.json"));
        // No prefix is there for nothing.
        Assert.Equal(8, rules.Sum(static rule => rule.Prefixes.Count));
    }

    [Fact]
    public void NamesThatAreNotOfAPicture_AreTheCodes()
    {
        Assert.Contains("$\"uploads/", Source("core/Pipeline/Requests/InputPicture.cs"), StringComparison.Ordinal);
        Assert.Contains("Prefix = \"jobs/\"", Source("functions/Jobs/JobNames.cs"), StringComparison.Ordinal);
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Life_IntermediatesAreShorterThanPictures_AndOutliveAJob(string name)
    {
        var rules = Rules(await Deployment.OfAsync(name)).ToDictionary(static rule => rule.Name, static rule => rule.Days);

        Assert.InRange(rules["intermediates"], 1, 7);
        Assert.True(rules["pictures"] > rules["intermediates"]);
        // The app itself deletes a job's documents first, and must find them.
        Assert.True(TimeSpan.FromDays(rules["jobs"]) > new FunctionsOptions().KeepJobs);
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Pictures_CanBeHadBack(string name)
    {
        var service = (await Deployment.OfAsync(name)).Of("Microsoft.Storage/storageAccounts/blobServices")
            .Single(static one => one.FullName.StartsWith("staigcpic", StringComparison.Ordinal));

        foreach (var policy in new[] { "deleteRetentionPolicy", "containerDeleteRetentionPolicy" })
        {
            Assert.Equal("True", service.Text($"properties/{policy}/enabled"));
            Assert.InRange(service.Find($"properties/{policy}/days")!.Value.GetInt32(), 7, 365);
        }
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Cors_LetsThePageReadAndNobodyWrite(string name)
    {
        var deployment = await Deployment.OfAsync(name);
        var services = deployment.Of("Microsoft.Storage/storageAccounts/blobServices");
        var rule = Assert.Single(services.SelectMany(static one => one.List("properties/cors/corsRules")));

        var app = deployment.Only("Microsoft.Web/sites").Name;
        Assert.Equal([$"https://{app}.azurewebsites.net"], Strings(rule.GetProperty("allowedOrigins")));
        Assert.Equal(["GET", "HEAD"], Strings(rule.GetProperty("allowedMethods")));
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Containers_AndQueues_AreThoseThatTheCodeUses(string name)
    {
        var deployment = await Deployment.OfAsync(name);
        var containers = deployment.Of("Microsoft.Storage/storageAccounts/blobServices/containers").Select(static one => one.Name);
        var queues = deployment.Of("Microsoft.Storage/storageAccounts/queueServices/queues").Select(static one => one.Name);

        Assert.Contains(new FunctionsOptions().ContainerName, containers);
        Assert.Contains(new StoreOptions().Container, containers);
        Assert.Equal(["aigcfunctions-workitems", "enhance"], queues.Order(StringComparer.Ordinal));
    }

    private static List<(string Name, List<string> Prefixes, int Days)> Rules(Deployment deployment) =>
    [
        .. deployment.Only("Microsoft.Storage/storageAccounts/managementPolicies").List("properties/policy/rules").Select(static rule =>
        {
            var definition = rule.GetProperty("definition");
            Assert.Equal("Lifecycle", rule.GetProperty("type").GetString());
            Assert.Equal(["blockBlob"], Strings(definition.GetProperty("filters").GetProperty("blobTypes")));
            return (
                rule.GetProperty("name").GetString()!,
                Strings(definition.GetProperty("filters").GetProperty("prefixMatch")).ToList(),
                definition.GetProperty("actions").GetProperty("baseBlob").GetProperty("delete")
                    .GetProperty("daysAfterModificationGreaterThan").GetInt32());
        }),
    ];

    private static string? RuleOf(List<(string Name, List<string> Prefixes, int Days)> rules, string artifact) => rules
        .SingleOrDefault(rule => rule.Prefixes.Any(prefix => $"artifacts/{artifact}".StartsWith(prefix, StringComparison.Ordinal))).Name;

    private static IEnumerable<string> Strings(JsonElement list) => list.EnumerateArray().Select(static one => one.GetString()!);

    private static string Source(string path) => File.ReadAllText(RepositoryRoot.Combine(path));
}
