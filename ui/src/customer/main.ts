import "virtual:tokens.css";
import "../app.css";
import { mount } from "svelte";
import Customer from "./Customer.svelte";

const target = document.getElementById("app");
if (target) mount(Customer, { target });
