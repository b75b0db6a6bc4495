using System.Text.Json;
using Aigc.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Aigc.Web.Tests;

/// <summary>The page under the rules of axe-core, which are those of WCAG 2.2 AA and more.</summary>
public sealed class AccessibilityTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    // Run by the debugger's protocol, which the page's policy has no say over.
    private const string Violations =
        "async () => (await axe.run()).violations.map(rule => `${rule.id}: ${rule.nodes.map(node => node.target.join(' ')).join(', ')}`)";

    [AxeTheory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 360)]
    public async Task Page_EveryState_BreaksNoRule(ColorScheme scheme, int width)
    {
        await using var server = await ServeProcess.StartAsync();
        await using var user = await browser.OpenAsync(scheme, width, server: server);
        await Expect(user.Page.GetByText("No pictures yet")).ToBeVisibleAsync();
        await Expect(user.Button("three green stars on a black background")).ToBeVisibleAsync();
        await NoViolationsAsync(user, "empty");

        await user.Hosts.ClickAsync();
        await Expect(user.Page.GetByRole(AriaRole.Table)).ToContainTextAsync("this process");
        await NoViolationsAsync(user, "hosts open");
        await user.Page.Keyboard.PressAsync("Escape");

        var job = await user.StartAsync("three green stars on a black background", steps: 900, previews: 5);
        await Expect(job.GetByAltText("Preview:")).ToBeVisibleAsync();
        await NoViolationsAsync(user, "under way");

        await job.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Cancel:" }).ClickAsync();
        await Expect(job).ToContainTextAsync("Cancelled.");
        job = await user.StartAsync("a red circle", steps: 2);
        await Expect(job.Locator("a.frame img")).ToBeVisibleAsync();
        await Expect(WebPageDriver.Times(job)).ToBeVisibleAsync();
        await user.Field("Format").SelectOptionAsync("webp");
        await user.Field("Size").SelectOptionAsync("custom");
        await user.Field("Steps").FillAsync("0");
        await user.GenerateAsync();
        await Expect(user.Page.GetByText("steps 0 is below 1")).ToBeVisibleAsync();
        await NoViolationsAsync(user, "finished, with a fault");
    }

    private static async Task NoViolationsAsync(WebPageDriver user, string state)
    {
        await user.Page.EvaluateAsync(await File.ReadAllTextAsync(ChromiumInstallation.AxeScript));
        var violations = await user.Page.EvaluateAsync<JsonElement>(Violations);
        Assert.True(violations.GetArrayLength() == 0, $"{state}: {violations}");
    }
}
