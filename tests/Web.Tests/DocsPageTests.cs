using Aigc.Api.OpenApi;
using Aigc.TestKit;
using Microsoft.Playwright;

namespace Aigc.Web.Tests;

/// <summary>The page over the OpenAPI document, in a browser.</summary>
public sealed class DocsPageTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    [ChromiumFact]
    public async Task Docs_Opened_ShowsEveryGroupAndLoadsNothingFromElsewhere()
    {
        await using var driver = await browser.OpenAsync();
        var loaded = await OpenAsync(driver);

        // What is further down is drawn as it is scrolled to; the list beside it is whole.
        var list = driver.Page.GetByRole(AriaRole.Complementary);
        foreach (var name in (string[])["Start a job", "Follow a job", "Artifacts", "Images", "Probes"])
            await Assertions.Expect(list.GetByText(name, new LocatorGetByTextOptions { Exact = true }).First).ToBeVisibleAsync();

        Assert.All(loaded, address => Assert.StartsWith(driver.Address.ToString(), address, StringComparison.Ordinal));
        Assert.Contains($"{driver.Address}{ApiDocument.Route}", loaded);
        Assert.Empty(driver.Faults);
    }

    [ChromiumFact]
    public async Task Docs_InTheDarkOnAPhone_HasNoFaults()
    {
        await using var driver = await browser.OpenAsync(ColorScheme.Dark, width: 360, height: 800);
        await OpenAsync(driver);

        Assert.Empty(driver.Faults);
        Assert.True(await driver.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= 360"));
    }

    [ChromiumFact]
    public async Task Docs_RequestTriedOnThePage_IsAnswered()
    {
        await using var driver = await browser.OpenAsync();
        await OpenAsync(driver, "#tag/images/GET/v1/models");

        await driver.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "(get /v1/models)" }).First.ClickAsync();
        var answered = driver.Page.WaitForResponseAsync(response => response.Url == $"{driver.Address}v1/models");
        await driver.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { NameRegex = new("^Send") }).First.ClickAsync();

        Assert.Equal(200, (await answered).Status);
        Assert.Empty(driver.Faults);
    }

    /// <returns>What was asked for while it was opened.</returns>
    private static async Task<List<string>> OpenAsync(WebPageDriver driver, string place = "")
    {
        var loaded = new List<string>();
        driver.Page.Request += (_, request) => loaded.Add(request.Url);
        await driver.Page.GotoAsync($"{driver.Address}{DocsPage.Route}{place}");
        await Assertions.Expect(driver.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Aigc.Functions", Exact = true }).First)
            .ToBeVisibleAsync();
        await driver.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        return loaded;
    }
}
