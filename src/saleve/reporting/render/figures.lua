-- What the Markdown of a report means in each format: figures, anchors of the annex, numbered paragraphs, head, box, charts.

local function xml(text)
  return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;"):gsub('"', "&quot;"))
end

local function typst_string(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

-- Word takes letters, digits and _ and at most 40 signs as the name of a bookmark.
local function bookmark(figure)
  local name = "f_" .. figure:gsub("[^%w]", "_")
  if #name <= 40 then return name end
  return name:sub(1, 31) .. "_" .. pandoc.utils.sha1(figure):sub(1, 8)
end

local function wrapped(open, content, close, format)
  local all = pandoc.List({ pandoc.RawInline(format, open) })
  all:extend(content)
  all:insert(pandoc.RawInline(format, close))
  return all
end

local function blocks(open, content, close, format)
  local all = pandoc.List({ pandoc.RawBlock(format, open) })
  all:extend(content)
  all:insert(pandoc.RawBlock(format, close))
  return all
end

local function styled(content, style)
  return pandoc.Div(content, pandoc.Attr("", {}, { ["custom-style"] = style }))
end

local bookmarks = 0

local figure_as = {
  html = function(span, name)
    local value = span.attributes.value and (' value="' .. xml(span.attributes.value) .. '"') or ""
    local tag = span.attributes.value and "data" or "span"
    return wrapped(
      '<a class="figure" href="#' .. xml(name) .. '" title="' .. xml(span.attributes.title or "") .. '"><' .. tag ..
      value .. ' data-figure="' .. xml(name) .. '">', span.content, "</" .. tag .. "></a>", "html")
  end,
  typst = function(span, name)
    return wrapped("#link(label(" .. typst_string(name) .. "))[", span.content, "]", "typst")
  end,
  docx = function(span, name, strong)
    local properties = '<w:rStyle w:val="Figure" />' .. (strong and "<w:b />" or "")
    return pandoc.RawInline("openxml",
      '<w:hyperlink w:anchor="' .. bookmark(name) .. '" w:tooltip="' .. xml((span.attributes.title or ""):sub(1, 250)) ..
      '"><w:r><w:rPr>' .. properties .. '</w:rPr><w:t xml:space="preserve">' ..
      xml(pandoc.utils.stringify(span.content)) .. "</w:t></w:r></w:hyperlink>")
  end,
}

local anchor_as = {
  html = function(span, name)
    return wrapped('<span class="name" id="' .. xml(name) .. '">', span.content, "</span>", "html")
  end,
  typst = function(span, name)
    return wrapped("#figure-name[", span.content, "]#label(" .. typst_string(name) .. ")", "typst")
  end,
  docx = function(span, name)
    bookmarks = bookmarks + 1
    local number = tostring(10000 + bookmarks)
    local styled_name = pandoc.Span(span.content, pandoc.Attr("", {}, { ["custom-style"] = "Figure Name" }))
    return wrapped('<w:bookmarkStart w:id="' .. number .. '" w:name="' .. bookmark(name) .. '" />', { styled_name },
      '<w:bookmarkEnd w:id="' .. number .. '" />', "openxml")
  end,
}

local function value_of(span)
  if FORMAT:match("html") and span.attributes.value then
    return wrapped('<data value="' .. xml(span.attributes.value) .. '" data-figure="' .. xml(span.attributes.figure) ..
      '">', span.content, "</data>", "html")
  end
  return span.content
end

local function format_name()
  if FORMAT:match("html") then return "html" end
  return FORMAT
end

local function strong_figures(strong)
  if format_name() ~= "docx" then return nil end
  return strong:walk({
    Span = function(span)
      if span.classes:includes("figure") then return figure_as.docx(span, span.attributes.figure, true) end
    end,
  })
end

local function span_of(span)
  local name = span.attributes.figure
  if not name then return nil end
  if span.classes:includes("figure") then return figure_as[format_name()](span, name) end
  if span.classes:includes("name") then return anchor_as[format_name()](span, name) end
  return value_of(span)
end

local function first_svg(name)
  for _, folder in ipairs(PANDOC_STATE.resource_path) do
    local file = io.open(folder .. "/" .. name .. ".svg")
    if file then
      local text = file:read("a")
      file:close()
      return text
    end
  end
  error("The chart " .. name .. " was not drawn.")
end

local function text_of(image)
  return pandoc.utils.stringify(image.caption)
end

local function image_of(div)
  local found
  div:walk({ Image = function(image) found = image end })
  return found
end

local chart_as = {
  html = function(div, title, subtitle, image)
    local svg = first_svg(image.src):gsub("<svg ", function()
      return '<svg role="img" aria-label="' .. xml(text_of(image)) .. '" '
    end, 1)
    return {
      pandoc.RawBlock("html", '<figure class="chart" id="' .. div.identifier .. '"><figcaption>'),
      title, subtitle,
      pandoc.RawBlock("html", '</figcaption><div class="scroll" tabindex="0">' .. svg .. "</div></figure>"),
    }
  end,
  typst = function(div, title, subtitle, image)
    return blocks("#chart(image(" .. typst_string(image.src .. ".svg") .. ", width: 100%, alt: " ..
      typst_string(text_of(image)) .. "))[", { title, pandoc.RawBlock("typst", "]["), subtitle }, "]", "typst")
  end,
  docx = function(div, title, subtitle, image)
    image.attributes.width = "97%"
    image.src = image.src .. ".png"
    image.title = ""
    return {
      styled({ title }, "Chart Title"), styled({ subtitle }, "Chart Subtitle"),
      styled({ pandoc.Para({ image }) }, "Chart"),
    }
  end,
}

local function chart(div)
  local image = image_of(div)
  return chart_as[format_name()](div, div.content[1], div.content[2], image)
end

local function numbered(div)
  local number = div.attributes.number
  if FORMAT == "typst" then return blocks("#numbered(" .. typst_string(number) .. ")[", div.content, "]", "typst") end
  if FORMAT == "docx" then return styled(div.content, "Numbered Paragraph") end
  return blocks('<div class="numbered" id="p-' .. number .. '"><a class="number" href="#p-' .. number .. '">' .. number ..
    "</a>", div.content, "</div>", "html")
end

-- The head of a Council document: session on the left, document on the right.
local function masthead(div)
  local left, right = div.content[1], div.content[2]
  if FORMAT == "typst" then
    local all = blocks("#masthead([", left.content, "], [", "typst")
    all:extend(blocks("", right.content, "])", "typst"))
    return all
  end
  if FORMAT == "docx" then
    local sides = pandoc.SimpleTable({}, { "AlignLeft", "AlignLeft" }, { 0.55, 0.45 }, {}, {
      { { styled(left.content, "Masthead") }, { styled(right.content, "Masthead") } } })
    local found = pandoc.utils.from_simple_table(sides)
    found.attr = pandoc.Attr("", {}, { ["custom-style"] = "MastheadTable" })
    return found
  end
end

local words = {
  box = { typst = "council-box", docx = "Box" },
  ["box-heading"] = { typst = "box-heading", docx = "Box Heading" },
  note = { typst = "table-note", docx = "Table Note" },
  ["document-type"] = { typst = "document-type", docx = "Document Type" },
  ["document-note"] = { typst = "document-note", docx = "Document Note" },
  ["document-title"] = { typst = "document-title", docx = "Title" },
  closing = { typst = "closing", docx = "Closing" },
}

local function div_of(div)
  if div.classes:includes("chart") then return chart(div) end
  if div.classes:includes("numbered") then return numbered(div) end
  if div.classes:includes("masthead") then return masthead(div) end
  for class, called in pairs(words) do
    if div.classes:includes(class) then
      if FORMAT == "typst" then return blocks("#" .. called.typst .. "[", div.content, "]", "typst") end
      if FORMAT == "docx" then return styled(div.content, called.docx) end
    end
  end
  if FORMAT:match("html") and div.classes:includes("document-title") then
    local text = pandoc.utils.blocks_to_inlines(div.content)
    return pandoc.Header(1, text, pandoc.Attr("", { "document-title" }))
  end
  if FORMAT == "typst" and div.classes:includes("annex") then return blocks("#annex[", div.content, "]", "typst") end
end

local function heading(header)
  local number = header.attributes.number
  header.attributes.number = nil
  if FORMAT == "typst" then
    local text = number and (number .. "#h(1em)") or ""
    return pandoc.Header(1, wrapped(text, header.content, "", "typst"), header.attr)
  end
  if FORMAT == "docx" then
    header.level = 1
    if not number then return styled({ pandoc.Para(header.content) }, "Annex Heading") end
    return header
  end
  if number then
    header.content = wrapped('<span class="number">' .. number .. "</span> ", header.content, "", "html")
  end
  return header
end

local SHORT = 12

local function rows_of(found)
  local rows = 0
  for _, body in ipairs(found.bodies) do rows = rows + #body.body end
  return rows
end

-- A short table stays on one page; an empty cell is as high as the others.
local function word_table(found)
  local keep = rows_of(found) <= SHORT
  local bodies = found.bodies
  for _, body in ipairs(bodies) do
    for number, row in ipairs(body.body) do
      for _, cell in ipairs(row.cells) do
        local text = pandoc.utils.blocks_to_inlines(cell.contents)
        if #text == 0 then text = { pandoc.Str("\u{a0}") } end
        local style = keep and number < #body.body and "Table Text Kept" or "Compact"
        cell.contents = { styled({ pandoc.Para(text) }, style) }
      end
    end
  end
  found.bodies = bodies
  return found
end

local function table_of(found)
  if FORMAT == "typst" and rows_of(found) <= SHORT then
    return blocks("#kept[", { found }, "]", "typst")
  end
  if FORMAT == "docx" and not found.attr.attributes["custom-style"] then return word_table(found) end
  if FORMAT:match("html") then
    local caption = xml(pandoc.utils.stringify(found.caption.long))
    return blocks('<div class="scroll" role="region" tabindex="0" aria-label="' .. caption .. '">', { found }, "</div>", "html")
  end
end

return {
  { Strong = strong_figures },
  { Span = span_of, Div = div_of, Header = heading, Table = table_of },
}
