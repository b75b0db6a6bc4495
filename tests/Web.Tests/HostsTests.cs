using Aigc.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Aigc.Web.Tests;

/// <summary>The queue and the hosts at a glance, and what the page does while there is no connection.</summary>
public sealed class HostsTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    // Counts what the page's live region says.
    private const string Listen = """
        () => {
          window.said = [];
          new MutationObserver(() => window.said.push(document.getElementById('announce').textContent))
            .observe(document.getElementById('announce'), { childList: true, characterData: true, subtree: true });
        }
        """;

    private static ILocator Finished(ILocator job) => job.Locator("a.frame img");

    private static ILocator Row(WebPageDriver user, int index) => user.Page.Locator("#hosts-rows tr").Nth(index);

    [ChromiumFact]
    public async Task Hosts_JobUnderWay_AreCountedInALineThatOpensAndIsNotAnnounced()
    {
        await using var server = await ServeProcess.StartAsync();
        await using var user = await browser.OpenAsync(server: server);
        await Expect(user.Hosts).ToContainTextAsync("1 host · idle");
        await Expect(user.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Hosts" })).ToBeHiddenAsync();
        // The first picture tells the server what a step costs.
        await Expect(Finished(await user.StartAsync("a small blue cross", steps: 4))).ToBeVisibleAsync();
        var job = await user.StartAsync("a large blue cross", steps: 900);
        await Expect(job).ToContainTextAsync("of 900 steps");
        await user.Page.EvaluateAsync(Listen);
        var asked = 0;
        user.Page.Request += (_, request) => asked += request.Url.EndsWith("/api/hosts", StringComparison.Ordinal) ? 1 : 0;

        await Expect(user.Hosts).ToContainTextAsync("queued · 1 job under way");
        await user.Hosts.ClickAsync();

        await Expect(Row(user, 0)).ToContainTextAsync("this process");
        await Expect(Row(user, 0)).ToContainTextAsync("CPU, ");
        await Expect(Row(user, 0).GetByRole(AriaRole.Cell)).ToHaveCountAsync(5);
        // Running, and a batch of 16 rows of which a guided picture takes two.
        await Expect(Row(user, 0).GetByRole(AriaRole.Cell).Nth(2)).ToHaveTextAsync("1");
        await Expect(Row(user, 0).GetByRole(AriaRole.Cell).Nth(4)).ToHaveTextAsync("14");
        await user.Page.Keyboard.PressAsync("Escape");
        await job.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Cancel:" }).ClickAsync();
        await Expect(user.Hosts).ToContainTextAsync("1 host · idle");
        Assert.True(asked > 0);
        Assert.Equal(["Cancelled: a large blue cross"], await user.Page.EvaluateAsync<string[]>("window.said"));
        Assert.Empty(user.Faults);
    }

    [ChromiumFact]
    public async Task Hosts_PageIsHidden_AreNotAskedUntilItIsSeen()
    {
        await using var user = await browser.OpenAsync();
        // The page's clock is the test's from here on.
        await user.Page.Clock.InstallAsync();
        await user.Page.ReloadAsync();
        await Expect(user.Hosts).ToContainTextAsync("1 host");
        await SetHiddenAsync(user.Page, hidden: true);
        var asked = 0;
        user.Page.Request += (_, request) => asked += request.Url.EndsWith("/api/hosts", StringComparison.Ordinal) ? 1 : 0;

        // What was on its way when the page was hidden has come back, and nothing follows it.
        await user.Page.Clock.RunForAsync(20_000);
        Assert.Equal(0, asked);

        var next = user.Page.WaitForRequestAsync("**/api/hosts");
        await SetHiddenAsync(user.Page, hidden: false);
        await next;
    }

    [ChromiumFact]
    public async Task Hosts_NoneAnswers_SaysWhichIsDownAndWhy()
    {
        // Nothing listens there.
        await using var server = await ServeProcess.StartAsync(null, null, "--hosts", "http://127.0.0.1:1");
        await using var user = await browser.OpenAsync(server: server);

        await Expect(user.Hosts).ToContainTextAsync("1 host, 1 down");
        await user.Hosts.ClickAsync();

        await Expect(Row(user, 0)).ToContainTextAsync("http://127.0.0.1:1");
        await Expect(Row(user, 0)).ToContainTextAsync("down");
        await Expect(Row(user, 0)).ToContainTextAsync("connection refused");
        await user.UnfoldAsync();
        await Expect(user.Field("Steps")).ToHaveAttributeAsync("placeholder", "default");
        Assert.Empty(user.Faults);
    }

    [ChromiumFact]
    public async Task Connection_ServerIsKilledInMidJobAndStartedAgain_PageReconnectsByItselfAndThePictureComes()
    {
        await using var server = await ServeProcess.StartAsync();
        await using var user = await browser.OpenAsync(server: server);
        var job = await user.StartAsync("a small purple circle at the top", steps: 200, previews: 5);
        await Expect(job.GetByAltText("Preview:")).ToBeVisibleAsync();

        await server.KillAsync();

        await Expect(job).ToContainTextAsync("The connection is lost: reconnecting.");
        await Expect(user.Hosts).ToContainTextAsync("Reconnecting…");
        await Expect(user.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The connection is lost; reconnecting.");
        await server.RestartAsync();

        await Expect(user.Hosts).ToContainTextAsync("1 host");
        await Expect(job.GetByText("The connection is lost: reconnecting.")).ToBeHiddenAsync();
        await Expect(Finished(job)).ToBeVisibleAsync();
        Assert.Empty(user.Faults);
    }

    private static Task SetHiddenAsync(IPage page, bool hidden) => page.EvaluateAsync(
        """
        hidden => {
          Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """,
        hidden);
}
