using System.Text;
using System.Text.Json;
using Engagement.Core.Events;

namespace Engagement.Core.Tests.Events;

public sealed class EventTypeNamesTests
{
    public static TheoryData<EventType> Known =>
        new(Enum.GetValues<EventType>().Where(t => t != EventType.Unknown));

    [Theory]
    [MemberData(nameof(Known))]
    public void Parse_EveryMember_IsItsSnakeCaseName(EventType type)
    {
        var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(type.ToString());
        Assert.Equal(name, Encoding.UTF8.GetString(EventTypeNames.Utf8(type)));
        Assert.Equal(type, EventTypeNames.Parse(Encoding.UTF8.GetBytes(name)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Page_Viewed")]
    [InlineData("page_viewer")]
    [InlineData("custon")]
    [InlineData("a_type_that_came_later")]
    public void Parse_OtherName_IsUnknown(string name) => Assert.Equal(EventType.Unknown, EventTypeNames.Parse(Encoding.UTF8.GetBytes(name)));
}
