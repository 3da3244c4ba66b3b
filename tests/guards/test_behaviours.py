"""The small scripts, each doing its one thing in a real browser."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CURRENT = "tr[data-current]"


@pytest.fixture
def staff(page, gallery):
    page.goto(f"{gallery}/gallery/")
    page.evaluate("document.activeElement.blur()")
    return page


def test_slash_goes_to_the_search_box(staff):
    staff.keyboard.press("/")
    assert staff.evaluate("document.activeElement.id") == "find"


def test_the_search_box_sends_what_was_typed(staff):
    staff.keyboard.press("/")
    staff.keyboard.type("130302")
    staff.keyboard.press("Enter")
    staff.wait_for_url("**/find/")
    assert staff.title() == "POST /find/ 130302"


def test_question_mark_lists_the_keys_and_escape_closes(staff):
    staff.keyboard.press("?")
    assert staff.locator("#key-help").is_visible()
    staff.keyboard.press("Escape")
    assert not staff.locator("#key-help").is_visible()


def test_the_list_names_the_buttons_of_the_page(staff):
    staff.keyboard.press("?")
    assert "窗口收件" in staff.locator("#key-help").inner_text()
    assert staff.locator("#key-help [data-from-page] kbd").all_inner_texts() == ["N", "D", "P"]


def test_keys_can_be_switched_off(staff):
    staff.keyboard.press("?")
    staff.locator("#keys-off").check()
    staff.keyboard.press("Escape")
    staff.keyboard.press("?")
    assert not staff.locator("#key-help").is_visible()


def test_the_list_of_keys_opens_without_a_key(staff):
    staff.locator("details.menu summary").click()
    staff.locator("[data-dialog=key-help]").click()
    assert "窗口收件" in staff.locator("#key-help").inner_text()


def test_keys_are_letters_while_typing(staff):
    staff.locator("#find").fill("")
    staff.locator("#find").press("?")
    assert staff.locator("#find").input_value() == "?"
    assert not staff.locator("#key-help").is_visible()


def test_arrows_and_letters_choose_a_row(staff):
    for key in ("ArrowDown", "ArrowDown", "j", "k"):
        staff.keyboard.press(key)
    assert "公共场所卫生许可" in staff.locator(CURRENT).inner_text()
    assert staff.evaluate("document.activeElement.textContent").startswith("公共场所卫生许可")


def test_space_ticks_the_chosen_row(staff):
    staff.keyboard.press("ArrowDown")
    staff.keyboard.press("Space")
    assert staff.locator(f"{CURRENT} .pick").is_checked()


def test_a_key_presses_the_button_that_shows_it(staff):
    staff.evaluate(
        "document.querySelector('[data-key=d]').addEventListener('click', () => { document.title = '决定' })"
    )
    staff.keyboard.press("d")
    assert staff.title() == "决定"


def test_a_key_with_control_is_the_browsers(staff):
    staff.evaluate(
        "document.querySelector('[data-key=d]').addEventListener('click', () => { document.title = '决定' })"
    )
    staff.keyboard.press("Control+Shift+d")
    assert staff.title() != "决定"


def test_bulk_actions_come_up_with_the_first_row(staff):
    assert not staff.locator(".bulk").is_visible()
    staff.locator("tbody .pick").first.check()
    assert staff.locator(".bulk output").inner_text() == "已选 1 件"


def test_one_box_chooses_all_rows(staff):
    staff.locator("[data-all]").check()
    assert staff.locator(".bulk output").inner_text() == "已选 5 件"


def test_shift_chooses_the_rows_between(staff):
    boxes = staff.locator("tbody .pick")
    boxes.nth(0).click()
    boxes.nth(3).click(modifiers=["Shift"])
    assert staff.locator(".bulk output").inner_text() == "已选 4 件"


def test_a_question_is_asked_before_it_is_sent(staff):
    staff.locator("[data-confirm=ask]").click()
    assert staff.locator("dialog#ask").is_visible()
    staff.locator("dialog#ask [data-close]").click()
    assert not staff.locator("dialog#ask").is_visible()


def test_a_form_is_sent_once(staff):
    staff.evaluate("window.sent = 0")
    form = "document.querySelector('#bad')"
    staff.evaluate(f"{form}.addEventListener('submit', e => {{ if (!e.defaultPrevented) window.sent += 1 }})")
    staff.evaluate(
        "document.addEventListener('submit', e => { if (!e.defaultPrevented) window.went = (window.went || 0) + 1;"
        " e.preventDefault() })"
    )
    staff.evaluate(f"{form}.requestSubmit(); {form}.requestSubmit()")
    assert staff.evaluate("window.went") == 1


def test_the_error_summary_takes_the_focus(page, gallery):
    page.goto(f"{gallery}/gallery/")
    assert page.evaluate("document.activeElement.className") == "error-summary"


def test_a_line_of_the_summary_leads_to_its_field(staff):
    staff.locator(".error-summary a", has_text="份数").click()
    assert staff.evaluate("document.activeElement.id") == "id_bad-copies"


def test_the_check_list_counts(staff):
    staff.locator(".checklist input[type=checkbox]").nth(2).check()
    assert staff.locator(".checklist [data-tally]").inner_text() == "3"


def test_rows_of_a_formset_are_added_and_taken_away(staff):
    staff.locator("[data-add-row]").click()
    assert staff.locator("[name=line-TOTAL_FORMS]").input_value() == "2"
    assert staff.evaluate("document.activeElement.name") == "line-1-label"
    staff.locator("[data-remove-row]:visible").first.click()
    assert staff.locator("[data-row]:visible [data-number]").all_inner_texts() == ["1"]


def test_the_item_search_answers_to_the_keyboard(staff):
    field = staff.locator("#id_item")
    field.press_sequentially("许可")
    staff.locator("[role=option]").first.wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    assert field.input_value() == "公共场所卫生许可（新办）"
    assert field.get_attribute("aria-expanded") == "false"


def test_the_item_search_stays_a_text_field_when_nothing_answers(staff):
    staff.route("**/gallery/items/**", lambda route: route.abort())
    field = staff.locator("#id_item")
    field.press_sequentially("许可")
    staff.wait_for_timeout(300)
    assert field.input_value() == "许可"
    assert not staff.locator(".combobox-list").first.is_visible()


@pytest.fixture
def idle(page, gallery):
    """A page that waits ten minutes by a clock of its own: the machine's may be set, or stand still beside other tests.
    The focus scrolls it some frames after its load, and whoever scrolls is there: that scroll is kept from it."""
    page.add_init_script("addEventListener('scroll', (event) => event.stopImmediatePropagation(), true)")
    page.clock.install()
    page.goto(f"{gallery}/gallery/?idle=600")
    return page


def test_an_idle_person_is_asked_and_then_logged_out(idle):
    idle.clock.run_for(530_000)
    assert not idle.locator("#idle").is_visible()
    idle.clock.run_for(15_000)
    idle.locator("#idle").wait_for()
    idle.clock.run_for(50_000)
    idle.wait_for_url("**/logout/")  # the last seconds pass by themselves: a step of the clock would end with its page
    assert idle.title().startswith("POST")


def test_a_person_who_answers_stays(idle):
    idle.clock.run_for(545_000)
    idle.locator("#idle button").click()
    idle.clock.run_for(120_000)
    assert not idle.locator("#idle").is_visible()
    assert "/gallery/" in idle.url


def test_the_menu_closes_with_escape(staff):
    staff.locator("details.menu summary").click()
    staff.keyboard.press("Escape")
    assert not staff.locator(".menu-panel").is_visible()


def test_the_large_text_switch_is_remembered(staff):
    staff.locator("details.menu summary").click()
    staff.locator("button[value=elder]").click()
    assert staff.locator("html").get_attribute("data-theme") == "elder"
