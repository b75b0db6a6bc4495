using Aigc.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Aigc.Web.Tests;

/// <summary>Image to image on the page: a picture to start from, chosen or dropped.</summary>
public sealed class StartPictureTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    private static string Picture => RepositoryRoot.Combine("docs", "gallery.png");

    private static ILocator Finished(ILocator job) => job.Locator("a.frame img");

    [ChromiumFact]
    public async Task StartFromAPicture_FileGiven_IsUploadedAndUsed()
    {
        await using var user = await browser.OpenAsync();
        await user.Field("Start from a picture").SetInputFilesAsync(new FilePayload
        {
            Name = "notes.png",
            MimeType = "image/png",
            Buffer = "no picture"u8.ToArray(),
        });
        await Expect(user.Page.GetByText("the picture is neither PNG, JPEG nor WebP")).ToBeVisibleAsync();

        await user.Field("Start from a picture").SetInputFilesAsync(Picture);
        await Expect(user.Page.GetByAltText("Picture to start from")).ToBeVisibleAsync();
        await user.Field("Strength").FillAsync("0.5");
        var job = await user.StartAsync("a green circle", steps: 4);

        await Expect(Finished(job)).ToBeVisibleAsync();
        await Expect(job).ToContainTextAsync("from a picture, strength 0.5");
        Assert.Empty(user.Faults);
    }

    [ChromiumTheory]
    [InlineData("main")]
    [InlineData("#prompt")]
    public async Task StartFromAPicture_FileDroppedAnywhere_IsUploadedAndUsed(string target)
    {
        await using var user = await browser.OpenAsync();
        await Expect(user.Page.Locator("#model")).ToHaveTextAsync("tiny-shapes");

        await DropAsync(user.Page, user.Page.Locator(target), Picture);

        await Expect(user.Page.GetByAltText("Picture to start from")).ToBeVisibleAsync();
        await Expect(user.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("The next pictures start from gallery.png.");
        var job = await user.StartAsync("a blue cross", steps: 4);
        await Expect(Finished(job)).ToBeVisibleAsync();
        await Expect(job).ToContainTextAsync("from a picture, strength 0.8");
        await user.Button("Leave out").ClickAsync();
        await Expect(user.Page.GetByAltText("Picture to start from")).ToBeHiddenAsync();
        await job.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "More like this" }).ClickAsync();
        await Expect(user.Page.GetByAltText("Picture to start from")).ToBeVisibleAsync();
        Assert.Empty(user.Faults);
    }

    // The browser's own events of a file that is dragged in from outside, with its DataTransfer.
    private static async Task DropAsync(IPage page, ILocator target, string file)
    {
        var box = (await target.BoundingBoxAsync())!;
        var session = await page.Context.NewCDPSessionAsync(page);
        foreach (var type in (string[])["dragEnter", "dragOver", "drop"])
        {
            if (type == "drop")
                await Expect(page.Locator("body")).ToHaveClassAsync("dragging");
            await session.SendAsync("Input.dispatchDragEvent", new Dictionary<string, object>
            {
                ["type"] = type,
                ["x"] = box.X + 20,
                ["y"] = box.Y + 20,
                ["data"] = new Dictionary<string, object>
                {
                    ["items"] = Array.Empty<object>(),
                    ["files"] = (string[])[file],
                    ["dragOperationsMask"] = 1,
                },
            });
        }

        await session.DetachAsync();
        await Expect(page.Locator("body")).Not.ToHaveClassAsync("dragging");
    }
}
